import * as v from 'valibot';
import { command, noArgs, nonEmpty } from './registry.js';

const runs = () => import('./accountRuns.js');

/** An account by its id or its name; the one in use, where none is given. */
const account = v.optional(nonEmpty);
/** The account of a key is used from then on: a new one, if the key is new. @param name of a new one */
const keyArgs = v.object({ apiKey: nonEmpty, name: v.optional(nonEmpty) });
const switchArgs = v.object({ account: nonEmpty });
const renameArgs = v.object({ account, name: nonEmpty });
const signOutArgs = v.optional(v.object({ account }));
const walletArgs = v.union([
  v.object({ privateKey: nonEmpty }),
  /** The text of an encrypted JSON wallet. */
  v.object({ keystore: nonEmpty }),
  v.object({ address: nonEmpty }),
]);

export type KeyArgs = v.InferOutput<typeof keyArgs>;
export type SwitchArgs = v.InferOutput<typeof switchArgs>;
export type RenameArgs = v.InferOutput<typeof renameArgs>;
export type SignOutArgs = v.InferOutput<typeof signOutArgs>;
export type WalletArgs = v.InferOutput<typeof walletArgs>;

export const accountCommands = (['decthings', 'swan'] as const).flatMap(service => [
  command({
    id: `${service}.signIn`,
    args: keyArgs,
    run: async (services, given) => (await runs()).signIn(services, service, given),
  }),
  /** In all windows. @returns `{ account }`: its name */
  command({
    id: `${service}.switchAccount`,
    args: switchArgs,
    run: async (services, given) => (await runs()).switchAccount(services, service, given),
  }),
  command({
    id: `${service}.renameAccount`,
    args: renameArgs,
    run: async (services, given) => (await runs()).renameAccount(services, service, given),
  }),
  command({
    id: `${service}.allowAddress`,
    args: noArgs,
    run: async services => (await runs()).allowAddress(services, service),
  }),
  command({
    id: `${service}.signOut`,
    args: signOutArgs,
    run: async (services, given) => (await runs()).signOut(services, service, given),
  }),
]);

/** @returns `{ address }` */
export const setWallet = command({
  id: 'swan.setWallet',
  args: walletArgs,
  run: async (services, given) => (await runs()).setWallet(services, given),
});
