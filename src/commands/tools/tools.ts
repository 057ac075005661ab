import * as v from 'valibot';
import * as vscode from 'vscode';
import { toRemoteError } from '../../core/errors.js';
import type { ToolName } from '../languageTools.js';
import type { Services } from '../services.js';
import { openTerminal, renewTask, terminateTask } from './acts.js';
import { listResources } from './listResources.js';
import { readTask } from './readTask.js';
import { DECLINED, type Tool } from './tool.js';

const tools: Record<ToolName, Tool<v.GenericSchema>> = {
  remoteCompute_listResources: listResources,
  remoteCompute_readTask: readTask,
  remoteCompute_openTerminal: openTerminal,
  remoteCompute_renewTask: renewTask,
  remoteCompute_terminateTask: terminateTask,
};

export async function prepare(
  services: Services,
  name: ToolName,
  input: unknown,
): Promise<vscode.PreparedToolInvocation> {
  const tool = tools[name];
  return tool.prepare(parse(tool, input), services);
}

/** @throws Error whose text the model is told */
export async function invoke(
  services: Services,
  name: ToolName,
  input: unknown,
  token: vscode.CancellationToken,
): Promise<vscode.LanguageModelToolResult> {
  const tool = tools[name];
  const abort = new AbortController();
  const subscription = token.onCancellationRequested(() => abort.abort());
  try {
    return answer(await tool.invoke(services, parse(tool, input), abort.signal));
  } catch (thrown) {
    if (token.isCancellationRequested) throw new vscode.CancellationError();
    const error = toRemoteError(thrown);
    if (error.kind === 'cancelled') return answer(DECLINED);
    services.log.failed(name, thrown);
    throw error;
  } finally {
    subscription.dispose();
  }
}

function parse(tool: Tool<v.GenericSchema>, input: unknown): unknown {
  const parsed = v.safeParse(tool.input, input, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const path = v.getDotPath(parsed.issues[0]);
  throw new Error(`The input ${path ? `${path} ` : ''}is missing, of a wrong type or out of range.`);
}

function answer(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
