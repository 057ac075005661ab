import type { PlainText } from './plainText.js';

/** What the two services rent out, in one vocabulary. Times are Unix milliseconds, sizes mebibytes. */

/** A value that the service may extend: the known ones complete in an editor, an unknown one is kept as it came. */
export type Open<Known extends string> = Known | PlainText;

/** Of a record that could not be read: all but its id is blank, and it says so where it would be drawn. */
export interface Unreadable {
  /** `field`: what is wrong. `named`: whether the id is its own. */
  unreadable?: { field: PlainText; named: boolean } | undefined;
}

export interface MachineSpec {
  cpus: number;
  memoryMebibytes: number;
  diskMebibytes?: number | undefined;
  swapMebibytes?: number | undefined;
  gpus?: GpuSpec | undefined;
}

export interface GpuSpec {
  /** Such as `L4` or `A100 80GB`. */
  model: PlainText;
  count: number;
}

export interface Launcher extends Unreadable {
  id: PlainText;
  name: PlainText;
  createdAt?: number | undefined;
  spec: MachineSpec;
  state: LauncherState;
  running: RunningItem[];
}

export interface LauncherState {
  type: Open<'creating' | 'active' | 'deleting' | 'recreating'>;
  /** Why it is being recreated. */
  previous?: Open<'exit' | 'unknown'> | undefined;
}

export interface RunningItem {
  id: PlainText;
  type: Open<'terminal' | 'spawned' | 'debug' | 'createModelState' | 'train' | 'evaluate'>;
}

/** One reading. `cpus` is a float, cores in use; `memory` and `disk` are mebibytes in use. */
export interface SysinfoSample {
  timestamp: number;
  cpus: number;
  memory: number;
  disk?: number | undefined;
}

/** Where to run something. A temporary launcher lives as long as what runs on it. */
export type LocationRequest =
  | { type: 'persistentLauncher'; persistentLauncherId: string }
  | { type: 'temporaryLauncher'; spec: MachineSpec };

/** Where something runs. `type` may be one that this version does not know. */
export interface Location {
  type: Open<'persistentLauncher' | 'temporaryLauncher'>;
  persistentLauncherId?: PlainText | undefined;
  spec?: MachineSpec | undefined;
}

export interface DebugSession extends Unreadable {
  id: PlainText;
  startedAt: number;
  modelId: PlainText;
  /** The model's parameters by use (`createState`, `train`, …), in the service's own shape. */
  parameterDefinitions: Record<string, unknown>;
  trainingSessions: TrainingSession[];
  executionLocation: Location;
}

export interface TrainingSession {
  id: PlainText;
  createdAt: number;
  state: Open<'starting' | 'running' | 'completed' | 'failed'>;
}

export interface TerminalSession extends Unreadable {
  id: PlainText;
  startedAt: number;
  modelId: PlainText;
  executionLocation: Location;
}

export interface SpawnedCommand extends Unreadable {
  id: PlainText;
  startedAt?: number | undefined;
  modelId?: PlainText | undefined;
  executionLocation?: Location | undefined;
}

export interface Model extends Unreadable {
  id: PlainText;
  name: PlainText;
  description?: PlainText | undefined;
  createdAt?: number | undefined;
}

/** Why a terminal, debug session or command ended, in the service's own code. */
export interface ExitReason {
  code: Open<
    | 'terminated_on_request'
    | 'launcher_terminated'
    | 'inactive_timeout'
    | 'unknown'
    | 'process_exit'
    | 'code_terminated'
    | 'exception'
  >;
  exitCode?: number | undefined;
  /** Such as `SIGKILL`. */
  signal?: PlainText | undefined;
  /** The process was killed for want of memory. */
  oom?: boolean | undefined;
  exceptionDetails?: PlainText | undefined;
}

export interface TerminalSize {
  cols: number;
  rows: number;
}
