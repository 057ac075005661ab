import * as vscode from 'vscode';
import { setTranslator } from '../core/l10n.js';

// The first import of all: VS Code has read the bundle of its display language before it loads the extension.
setTranslator((template, ...values) => vscode.l10n.t(template, ...values), vscode.env.language);
