// Stands in for @vscode/native-watchdog, which has no prebuilt binary. An extension host whose server is gone ends by
// itself; what this would add is the end of one that is busy for ever, which goes with its process group here.
export function start(): void {}
