// What must not get out, as it looks in real life.
import fc from 'fast-check';

const hex = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
const port = fc.integer({ min: 10, max: 65_535 });
const domain = fc.domain().map(name => `h${name}`);
const folder = fc.stringMatching(/^[\w-]{3,20}$/);

/** By what they are. */
export const planted = {
  privateKey: hex(64),
  prefixedKey: hex(64).map(key => `0x${key}`),
  walletAddress: hex(40).map(address => `0x${address.toUpperCase()}`),
  rawTransaction: hex(240).map(bytes => `0x02${bytes}`),
  transactionHash: hex(64).map(hash => `0x${hash}`),
  uuid: fc.uuid(),
  apiKey: fc.stringMatching(/^[A-Za-z0-9_-]{24,64}$/).filter(key => /\d/.test(key) && /[A-Za-z]/.test(key)),
  base64Key: fc
    .stringMatching(/^[A-Za-z0-9+/]{43}=$/)
    .filter(key => /\d/.test(key) && /[a-z]/.test(key) && /[A-Z]/.test(key)),
  shortKey: fc.stringMatching(/^[A-Za-z0-9]{12,18}$/).map(key => `sk-${key}`),
  bearer: fc.stringMatching(/^[A-Za-z0-9._-]{8,40}$/).map(token => `Bearer ${token}`),
  token: fc.tuple(hex(30), hex(60), hex(40)).map(parts => parts.map(part => `e${part}Z`).join('.')),
  url: fc.webUrl({ withQueryParameters: true, withFragments: true }),
  socket: fc.tuple(domain, port).map(([host, number]) => `wss://${host}:${number}/v0/ws`),
  loopback: port.map(number => `http://127.0.0.1:${number}`),
  ipv4: fc.ipV4(),
  host: fc.tuple(folder, port).map(([host, number]) => `h${host}:${number}`),
  internalHost: folder.map(name => `h${name}.corp`),
  email: fc.emailAddress(),
  ssh: fc.tuple(folder, domain).map(([user, host]) => `${user}@${host}`),
  linuxPath: folder.map(name => `/home/${name}/secret/model.py`),
  macPath: folder.map(name => `/Users/${name}/secret/model.py`),
  windowsPath: folder.map(name => `C:\\Users\\${name}\\secret\\model.py`),
};

/** Any of them. */
export const anyPlanted = fc.oneof(...Object.values(planted));
