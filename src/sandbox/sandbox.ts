// Placeholder with the sandbox's way of starting and ending.
const decthings = { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1', apiKey: 'placeholder', modelIds: [] };
process.stdout.write(`${JSON.stringify({ decthings })}\n`);
process.stdin.resume().on('end', () => process.exit(0));
