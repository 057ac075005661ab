import type { Listen } from './events.js';
import type { Pricing } from './tasks.js';

/** Paying for tasks. Amounts are wei of SWAN, gas is wei of ETH, times are Unix milliseconds, durations seconds. */

/** Whom to pay: addresses that the person trusted. */
export interface PaymentContract {
  /** The client contract, which pulls the tokens. */
  client: string;
  token: string;
}

/** What the service says whom to pay, and whether the network's known address signed it. */
export interface OfferedContract extends PaymentContract {
  trust: 'signed' | 'unsigned' | 'other signer';
  /** Who signed it, if anybody did. */
  signer?: string | undefined;
}

export type PaymentKind = 'create' | 'renew';

export interface PaymentRequest {
  task: string;
  kind: PaymentKind;
  /** Of a renewal; a new task has its own. */
  duration?: number | undefined;
  /** As the task was created: a dynamic price goes into the payment, a fixed one is the contract's. */
  pricing: Pricing;
  wallet: string;
  /** Nothing is signed for any other. */
  contract: PaymentContract;
  /** Nothing is signed that costs more. */
  limits?: SpendingLimits | undefined;
}

/** What a person lets one payment, and all payments of 24 hours on one network, cost at the most. */
export interface SpendingLimits {
  payment: bigint;
  day: bigint;
}

/** Read-only answers to what a person wants to know before paying. Everything is read once more when they do. */
export interface Quote {
  request: PaymentRequest;
  network: { name: string; chainId: number };
  hardwareId: number;
  pricing: Pricing;
  pricePerHour: bigint;
  duration: number;
  amount: bigint;
  /** What was paid for this task before. */
  paidBefore: bigint;
  balance: bigint;
  balanceAfter: bigint;
  /** What the contract may take now: what is left of payments that were given up, or was approved elsewhere. */
  allowance: bigint;
  /** Whether a transaction of its own has to allow the contract to take exactly the amount, in place of that. */
  approval: boolean;
  /** What the transactions cost at the most. */
  gas: bigint;
  gasBalance: bigint;
  /** The limits that the person would have to raise first, and to what at the least. */
  exceeds: Partial<SpendingLimits>;
}

/** Signs for one wallet. It holds the key, which never leaves it, and lives in memory alone. */
export interface Signer {
  readonly address: string;
  /** @param unsigned a serialized transaction @returns the same, signed */
  sign(unsigned: string): Promise<string>;
}

/**
 * `ready`: planned, and the next transaction is to be signed. `approving`, `paying`: signed, outcome unknown. `paid`: on
 * chain, and the service is to be told. The others are ends; `superseded`: its place was taken by a foreign transaction.
 */
export type PaymentStage = 'ready' | 'approving' | 'paying' | 'paid' | 'done' | 'failed' | 'cancelled' | 'superseded';

export interface PaymentTransaction {
  purpose: 'approve' | 'pay' | 'cancel' | 'fill';
  hash: string;
  /** Missing where it was sent elsewhere. */
  nonce?: number | undefined;
  signedAt?: number | undefined;
  outcome: 'unknown' | 'mined' | 'reverted' | 'replaced';
  block?: number | undefined;
}

/** One payment, as the journal has it. */
export interface Payment {
  id: string;
  kind: PaymentKind;
  /** `elsewhere`: by a transaction that the person pasted. */
  origin: 'here' | 'elsewhere';
  task: string;
  wallet: string;
  /** The account that it was made with, where that is known. */
  account?: string | undefined;
  network: { name: string; chainId: number };
  /** The address of the service that it was made with: it is known to no other. */
  orchestratorUrl: string;
  contract: PaymentContract;
  pricePerHour: bigint;
  duration: number;
  amount: bigint;
  /** What the person was told that the transactions cost at the most; of one made elsewhere, what that one does. */
  gas: bigint;
  stage: PaymentStage;
  /** Not at an end yet. */
  open: boolean;
  createdAt: number;
  updatedAt: number;
  transactions: PaymentTransaction[];
  /** Empty ones, at nonces before: what the wallet had sent there was lost, so that those of the payment waited in vain. */
  fillers: PaymentTransaction[];
  /** Of the transaction that paid. */
  hash?: string | undefined;
  /** Why it does not go on, or why it ended without paying. */
  problem?: { code: PaymentProblem; message: string; at: number } | undefined;
  /** What came back for its task; of a task's payments the first has it. */
  refund?: Refund | undefined;
  history: { at: number; what: string }[];
}

export interface Refund {
  amount: bigint;
  /** These are missing where no transaction is known. */
  hash?: string | undefined;
  block?: number | undefined;
  at?: number | undefined;
}

/** What the transactions at one place cost at the most, of ETH: of the one that is there, and of one in its place. */
export interface Replacement {
  former: bigint;
  next: bigint;
}

/** Codes of the `RemoteError`s of paying. */
export type PaymentProblem =
  | 'wrong_chain'
  | 'contract_changed'
  | 'hardware_gone'
  | 'price_changed'
  | 'task_ended'
  | 'already_paid'
  | 'payment_missing'
  | 'payment_open'
  | 'record_unreadable'
  | 'above_limit'
  | 'insufficient_swan'
  | 'insufficient_gas'
  | 'gas_changed'
  | 'approval_gone'
  | 'reverted'
  | 'transaction_pending'
  | 'transaction_refused'
  | 'unconfirmed'
  | 'nonce_gap'
  | 'superseded'
  | 'payment_cancelled'
  | 'needs_signature'
  | 'not_validated'
  | 'amount_changed'
  | 'nothing_taken'
  | 'not_taken'
  | (string & {});

/** All payments on the network, newest first, and the files that could not be read, as `<folder>/<name>` of the journal. */
export interface Ledger {
  payments: Payment[];
  /** Those of the person's other accounts: nothing can be done with them here. */
  others: Payment[];
  /** Those of other networks that are not at their end. */
  elsewhere: Payment[];
  damaged: string[];
}

export interface Payments {
  /** Fires at each step of a payment in this window. */
  readonly onDidChange: Listen<Payment>;
  /** Whom the service says to pay, and whether it is signed. The caller decides, and remembers. */
  contract(signal?: AbortSignal): Promise<OfferedContract>;
  /** Reads only. Rejects with what would stop the payment, but for the person's limits, which the quote names. */
  estimate(request: PaymentRequest, signal?: AbortSignal): Promise<Quote>;
  /**
   * Pays exactly what the person confirmed, and resolves when the service knows. On rejection nothing was signed, or the
   * payment is in the journal and goes on by `resume`. `signal` ends the wait, not a payment that is signed.
   */
  pay(confirmed: Quote, signer: Signer, signal?: AbortSignal): Promise<Payment>;
  /** Tells the service of a payment made elsewhere. */
  validate(payment: { task: string; kind: PaymentKind; hash: string }, signal?: AbortSignal): Promise<Payment>;
  /**
   * Goes on from wherever it stopped. Without a signer, as far as nothing has to be signed. What is signed is what the
   * person confirmed, if that holds still.
   * @param limits nothing is signed that costs more
   */
  resume(id: string, signer?: Signer, limits?: SpendingLimits, signal?: AbortSignal): Promise<Payment>;
  /** SWAN in a payment's wallet. @throws RemoteError where that is too little for it */
  balanceFor(id: string, signal?: AbortSignal): Promise<bigint>;
  /** What the contract may take from a payment's wallet now. */
  allowanceFor(id: string, signal?: AbortSignal): Promise<bigint>;
  /** What speeding up or cancelling costs. Reads only. */
  replacement(id: string, act: 'speed up' | 'cancel', signal?: AbortSignal): Promise<Replacement>;
  /** Signs the same call at the same nonce with a higher fee. `resume` then follows it. @param most that it may cost */
  speedUp(id: string, signer: Signer, most?: bigint): Promise<Payment>;
  /**
   * Puts an empty transaction at the same nonce; whichever is mined counts. Needs no signer where nothing is signed.
   * @param most that it may cost
   */
  cancel(id: string, signer?: Signer, most?: bigint): Promise<Payment>;
  list(): Promise<Ledger>;
  /** Those that are not at their end; one directory read where there is none. */
  open(): Promise<Payment[]>;
  /** Whether somebody goes on with it, in whichever window. One who died counts until that is known, after some looks. */
  underWay(id: string): Promise<boolean>;
  /**
   * Looks every finished payment up on the chain, and what came back for its task. One whose transaction vanished is open
   * again. @returns those
   */
  reconcile(signal?: AbortSignal): Promise<Payment[]>;
  /** Notes what came back for one task. */
  noteRefund(task: string, signal?: AbortSignal): Promise<void>;
  /** What the contract has taken and given back for a task. */
  balanceOfTask(task: string, signal?: AbortSignal): Promise<{ paid: bigint; refunded: bigint }>;
  /** Whether a transaction, such as a refund's, is on the chain. */
  transaction(hash: string, signal?: AbortSignal): Promise<'unknown' | 'mined' | 'reverted'>;
  /** @throws RemoteError of kind `invalid` that does not quote the key */
  signerFromKey(privateKey: string): Promise<Signer>;
  /**
   * @param keystore an encrypted JSON wallet
   * @param progress from 0 to 1
   * @throws RemoteError of kind `credentials` for a wrong password, of kind `invalid` for a file that cannot be opened
   */
  signerFromKeystore(
    keystore: string,
    password: string,
    progress?: (done: number) => void,
    signal?: AbortSignal,
  ): Promise<Signer>;
  /** What a keystore says that its address is, if it does, unproven. @throws RemoteError of kind `invalid` */
  addressInKeystore(keystore: string): Promise<string | undefined>;
  /** The address in its checksummed form, or `undefined` for what is none. */
  checkAddress(text: string): Promise<string | undefined>;
}
