import type { Page } from './backend.js';
import type { Disposable } from './events.js';
import type { Payments } from './payments.js';
import type { PlainText } from './plainText.js';
import type { Open } from './resources.js';

/**
 * What Swan rents out. Times are Unix milliseconds, durations seconds, prices and amounts wei of SWAN. All but ids may
 * be missing from any answer, and every text is a stranger's, made plain at the wire.
 */
export interface Task {
  /** Its UUID. */
  id: PlainText;
  name?: PlainText | undefined;
  status: Open<
    | 'initialized'
    | 'created'
    | 'accepting_bids'
    | 'bidding_closed'
    | 'submitted'
    | 'processing'
    | 'running'
    | 'completed'
    | 'finished'
    | 'terminated'
    | 'cancelled'
    | 'failed'
  >;
  createdAt?: number | undefined;
  updatedAt?: number | undefined;
  startAt?: number | undefined;
  endAt?: number | undefined;
  duration?: number | undefined;
  /** How long after its payment it is to run, at the latest. */
  startIn?: number | undefined;
  hardware: TaskHardware;
  region?: PlainText | undefined;
  pricePerHour?: bigint | undefined;
  amount?: bigint | undefined;
  refund?: bigint | undefined;
  refundWallet?: PlainText | undefined;
  /** Of the payment, as the service knows it. */
  txHash?: PlainText | undefined;
  sourceUri?: PlainText | undefined;
  comments?: PlainText | undefined;
  leadingJobId?: PlainText | undefined;
  jobs: Job[];
  orders: Order[];
  providers: Provider[];
}

export interface TaskHardware {
  id?: number | undefined;
  /** The instance type, such as `C1ae.small`. */
  name?: PlainText | undefined;
  description?: PlainText | undefined;
  type?: PlainText | undefined;
}

export interface Job {
  id: PlainText;
  name?: PlainText | undefined;
  status: Open<
    'Submitted' | 'pullImage' | 'deployToK8s' | 'Running' | 'Complete' | 'Ended' | 'Cancelled' | 'Failed' | 'unknown'
  >;
  /** Where the app answers. */
  address?: AppAddress | undefined;
  /** The account of the provider that runs it. */
  provider?: PlainText | undefined;
  /** `wss:` addresses that stream text. */
  buildLog?: PlainText | undefined;
  containerLog?: PlainText | undefined;
  hardware?: PlainText | undefined;
  duration?: number | undefined;
  createdAt?: number | undefined;
  startAt?: number | undefined;
  endedAt?: number | undefined;
  comments?: PlainText | undefined;
}

/** A checked address; whatever is neither a web address nor a plain SSH command is text to be shown, and no more. */
export type AppAddress =
  | { type: 'web'; url: PlainText; ports?: PortMapping[] | undefined }
  | {
      type: 'ssh';
      user: PlainText;
      host: PlainText;
      port: number;
      /** Beside the one of SSH. */
      ports?: PortMapping[] | undefined;
      /** A user whom the provider names beside the one of the command. */
      login?: { user: PlainText; password?: PlainText | undefined } | undefined;
      /** Where the app's web pages answer, if it has any. */
      webHost?: PlainText | undefined;
    }
  | { type: 'text'; text: PlainText };

/** A port that the app listens on, and the one of the machine's host by which it is reached. */
export interface PortMapping {
  inner: number;
  outer: number;
}

export interface Order {
  id: PlainText;
  type: Open<'Creation' | 'Renewal' | 'unknown'>;
  status: Open<'pending_payment_confirm' | 'payment_consumed' | 'unknown'>;
  task?: PlainText | undefined;
  txHash?: PlainText | undefined;
  refundTxHash?: PlainText | undefined;
  duration?: number | undefined;
  region?: PlainText | undefined;
  errorCode?: PlainText | undefined;
  createdAt?: number | undefined;
  startedAt?: number | undefined;
  endedAt?: number | undefined;
}

export interface Provider {
  /** Its account on the chain. */
  address: PlainText;
  name?: PlainText | undefined;
  region?: PlainText | undefined;
  online?: boolean | undefined;
  version?: PlainText | undefined;
}

/** `dynamic` prices are the market's and are kept for a task by its snapshot; `fixed` ones are the contract's. */
export type Pricing = 'dynamic' | 'fixed';

export interface Hardware {
  id: number;
  /** The instance type, such as `C1ae.small`. */
  name: PlainText;
  description?: PlainText | undefined;
  type: Open<'CPU' | 'GPU' | 'AI GPU' | 'unknown'>;
  /** `global` among them means any. */
  regions: PlainText[];
  pricePerHour?: bigint | undefined;
  status: Open<'available' | 'unavailable' | 'unknown'>;
  pricing: Pricing;
  /** When a dynamic price ends. */
  expiresAt?: number | undefined;
  /** Providers on which SSH works. */
  sshReady: { provider: PlainText; region?: PlainText | undefined }[];
}

/** An app that the service offers ready to run, by its repository. */
export interface AppImage {
  name: PlainText;
  url: PlainText;
}

export interface RepositorySource {
  repository: string;
  branch?: string | undefined;
  owner?: string | undefined;
  name?: string | undefined;
}

/** Where a task's app comes from. */
export type TaskSource =
  | { type: 'uri'; uri: string }
  | { type: 'image'; name: string }
  | ({ type: 'repository' } & RepositorySource);

export interface TaskRequest {
  source: TaskSource;
  hardware: { id: number; name: string; pricing: Pricing };
  /** `global` for any. */
  region: string;
  /** `MIN_DURATION` to `MAX_DURATION`. */
  duration: number;
  startIn?: number | undefined;
  /** Accounts of the providers that may run it. */
  preferredProviders?: string[] | undefined;
  /** Addresses or CIDR ranges that may reach it. */
  ipWhitelist?: string[] | undefined;
}

/** Seconds. */
export const MIN_DURATION = 3_600;
export const MAX_DURATION = 1_209_600;

/** @param seconds that a task is to run */
export function durationProblem(seconds: number): boolean {
  return !(seconds >= MIN_DURATION && seconds <= MAX_DURATION);
}
export const DEFAULT_START_IN = 300;

export interface Termination {
  status?: PlainText | undefined;
  /** Whether asking again may help. */
  retryable: boolean;
}

export type LogKind = 'build' | 'container';

export interface LogWatcher {
  /** Whole lines of plain text, without their ends. */
  lines(lines: string[]): void;
  /** The socket dropped and is opened again; lines in between may be missing. */
  reconnecting(error: Error): void;
  /** The service ended the log, or it cannot be reached any more. Called once. */
  closed(error: Error | undefined): void;
}

export interface FollowedLog extends Disposable {
  /** Asks for what is new. */
  refresh(): void;
}

/**
 * What the extension needs of Swan. Every call rejects with a `RemoteError`; `signal` cancels the wait, not what the
 * service may already have done.
 */
export interface TaskBackend {
  /** Whether the service accepts the API key. */
  signIn(signal?: AbortSignal): Promise<void>;
  readonly tasks: {
    /** Of the wallet, newest first as the service gives them. */
    list(range: { offset: number; limit: number }, signal?: AbortSignal): Promise<Page<Task>>;
    /** As many as there are, up to a bound, for what the service cannot search. */
    listAll(signal?: AbortSignal): Promise<Page<Task>>;
    get(id: string, signal?: AbortSignal): Promise<Task>;
    /** The service's whole answer about a task, as indented JSON. */
    deployment(id: string, signal?: AbortSignal): Promise<string>;
    /** Creates it unpaid. */
    create(request: TaskRequest, signal?: AbortSignal): Promise<Task>;
    /** Ends it early; the time left is refunded. */
    terminate(id: string): Promise<Termination>;
    /** Has its uptime reviewed for a refund. @returns what the service says */
    claimReview(id: string): Promise<string>;
  };
  readonly hardware: { list(pricing: Pricing, signal?: AbortSignal): Promise<Hardware[]> };
  readonly images: { list(signal?: AbortSignal): Promise<AppImage[]> };
  /** Turns a repository into what a task can be created from. */
  sourceUri(repository: RepositorySource, hardwareId: number, signal?: AbortSignal): Promise<string>;
  /** Follows a job's log until disposed or `closed`, over dropped connections. What comes later may have to be asked for. */
  followLog(job: Job, kind: LogKind, watcher: LogWatcher): FollowedLog;
  readonly payments: Payments;
}
