import assert from 'node:assert/strict';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { Rig } from './rig.js';

const LOST = /^Connection lost\. Reconnecting…/;
const RECONNECTED = 'Reconnected. Output in between may be missing.';

describe('a terminal over a harmed connection', () => {
  let sandbox: Sandbox;
  let rig: Rig;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(() => sandbox.stop());

  beforeEach(async () => {
    rig = await Rig.start(sandbox);
    await rig.open();
  });

  afterEach(() => rig.stop());

  /** The shell of before still runs, and does what is typed. */
  async function works(): Promise<void> {
    rig.type('echo $((6*7))-$KEPT\r');
    await rig.seen(/\n42-kept\n.*\$ $/s);
  }

  async function keep(): Promise<void> {
    rig.type('KEPT=kept\r');
    await rig.seen(/kept\n.*\$ $/s);
  }

  for (const [name, harm] of [
    ['a cut', () => rig.proxy.cut()],
    ['a reset', () => rig.proxy.reset()],
    ['no bytes either way', () => rig.proxy.stall('up', 'down')],
    ['nothing coming in', () => rig.proxy.stall('down')],
    ['nothing going out', () => rig.proxy.stall('up')],
  ] as const) {
    it(`says so once and comes back to the same shell after ${name}`, async () => {
      await keep();
      harm();
      await rig.until('the loss is noticed', () => rig.terminal.phase !== 'live');
      await rig.live();
      await works();
      assert.deepEqual(rig.screen.notices, ['Connection lost. Reconnecting…', RECONNECTED]);
      assert.deepEqual(rig.phases.slice(-4), ['waiting', 'connecting', 'attaching', 'live']);
    });
  }

  it('keeps what is typed meanwhile, and sends it in order', async () => {
    await keep();
    await rig.proxy.refuse();
    rig.proxy.cut();
    await rig.until('the loss is noticed', () => rig.terminal.phase === 'waiting');
    for (const key of 'echo typed-$((1000+1))-$KEPT\r') rig.type(key);
    await rig.proxy.accept();
    await rig.seen(/\ntyped-1001-kept\n/);
  });

  it('says what is in doubt, and does not send it again', async () => {
    rig.type('stty raw -echo; echo ready; dd bs=1 count=3 2>/dev/null | od -An -c\r');
    await rig.seen(/\nready/);
    rig.proxy.stall('down');
    rig.type('ab');
    await rig.until('the loss is noticed', () => rig.terminal.phase !== 'live');
    await rig.live();
    rig.type('c');
    // Only the answers were lost: each key arrived, once.
    await rig.seen(/a +b +c/);
    const doubt = 'The last 2 bytes typed may not have arrived, and will not be sent again.';
    assert.deepEqual(rig.screen.notices, [`Connection lost. Reconnecting… ${doubt}`, RECONNECTED]);
  });

  it('does not let late bytes of the former connection come after newer ones', async () => {
    rig.type('stty raw -echo; echo ready; cat | od -An -v -w1 -c\r');
    await rig.seen(/\nready/);
    rig.proxy.stall('up');
    rig.type('a');
    await rig.until('the loss is noticed', () => rig.terminal.phase !== 'live');
    await rig.live();
    await rig.seen(/Reconnected.*\n/);
    rig.type('b');
    await rig.seen(/ b\n/);
    rig.proxy.flow();
    rig.type('c');
    assert.doesNotMatch(await rig.seen(/ c\n/), / a\n/);
  });

  it('goes on without a word after a stall that is short', async () => {
    rig.proxy.stall('up', 'down');
    rig.type('echo $((6*7))\r');
    rig.proxy.flow();
    await rig.seen(/\n42\n/);
    assert.deepEqual(rig.screen.notices, []);
  });

  it('tries again and again while it is refused, at once when a key is typed', async () => {
    await keep();
    await rig.proxy.refuse();
    rig.proxy.cut();
    const tries = () => rig.phases.filter(phase => phase === 'connecting').length;
    const before = tries();
    await rig.until('it was tried three times', () => tries() >= before + 3);
    await rig.proxy.accept();
    rig.type('\r');
    await rig.live();
    await works();
    assert.deepEqual(rig.screen.notices, ['Connection lost. Reconnecting…', RECONNECTED]);
  });

  for (const status of [429, 502]) {
    it(`tries again where the answer is HTTP ${status}`, async () => {
      await keep();
      await rig.proxy.accept(status);
      rig.proxy.cut();
      const tries = () => rig.phases.filter(phase => phase === 'connecting').length;
      const before = tries();
      await rig.until('it was tried twice', () => tries() >= before + 2);
      await rig.proxy.accept();
      await rig.live();
      await works();
    });
  }

  for (const status of [401, 403, 407]) {
    it(`tries on where something in between answers with HTTP ${status}, and says so once`, async () => {
      await keep();
      await rig.proxy.accept(status);
      rig.proxy.cut();
      const tries = () => rig.phases.filter(phase => phase === 'connecting').length;
      const before = tries();
      await rig.until('it was tried three times', () => tries() >= before + 3);
      await rig.proxy.accept();
      await rig.live();
      await works();
      const [lost, seen, ...rest] = rig.screen.notices;
      assert.match(lost ?? '', LOST);
      assert.match(seen ?? '', new RegExp(`\\(HTTP ${status}\\)\\..* Trying again…$`));
      assert.deepEqual(rest, [RECONNECTED]);
    });
  }

  for (const [name, harm] of [
    ['a frame from the service', () => rig.proxy.corrupt('down', 'frame')],
    ['a message from the service', () => rig.proxy.corrupt('down', 'message')],
    ['a frame to the service', () => rig.proxy.corrupt('up', 'frame')],
  ] as const) {
    it(`comes back after ${name} was corrupted`, async () => {
      await keep();
      harm();
      rig.type(':\r');
      await rig.until('the loss is noticed', () => rig.terminal.phase !== 'live');
      await rig.live();
      await works();
      assert.match(rig.screen.notices[0] ?? '', LOST);
      assert.equal(rig.screen.notices[1], RECONNECTED);
    });
  }

  for (const [name, shape] of [
    ['is late by varying times', { delayMs: 5, jitterMs: 20 }],
    ['trickles', { bytesPerSecond: 20_000 }],
    ['comes in pieces', { chunks: 'split' }],
    ['comes in heaps', { chunks: 'merge' }],
  ] as const) {
    it(`keeps the order of all that ${name}, without a word`, async () => {
      rig.proxy.shape(shape);
      rig.type('stty -echo; echo ready\r');
      await rig.seen(/\nready\n.*\$ $/s);
      const numbers = Array.from({ length: 100 }, (_, index) => `${index} `).join('');
      for (const key of `echo ${numbers}✓ zwölf\r`) rig.type(key);
      assert.ok((await rig.seen(/zwölf\n/)).includes(`${numbers}✓ zwölf`));
      assert.deepEqual(rig.screen.notices, []);
    });
  }

  it('says how the session ended while nobody was connected', async () => {
    rig.type('sleep 0.3; exit\r');
    await rig.seen(/exit\n/);
    await rig.proxy.refuse();
    rig.proxy.cut();
    const runs = async () => (await rig.service.list()).some(({ id }) => id === rig.terminal.sessionId);
    while (await runs()) await new Promise(resolve => setImmediate(resolve));
    await rig.proxy.accept();
    await rig.until('it has ended', () => rig.terminal.phase === 'ended');
    assert.match(rig.screen.notices.at(-1) ?? '', /^The terminal session has ended while nobody was connected\./);
  });
});
