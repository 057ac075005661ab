import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seed, seededRandom } from '../support/random.js';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { until } from '../support/until.js';
import { ASKED, Nuisances } from './nuisances.js';
import { RealScreen } from './realScreen.js';
import { Rig } from './rig.js';

const EVENTS = Number(process.env.SOAK_EVENTS ?? 600);
/** A hidden tab answers late: after so long it is no longer waited for. */
const LONG_HIDDEN_MS = 3_000;
const TIMES = 10;
/** As the terminal itself would answer it, and as it does where mouse reports are translated. */
const TRANSLATED = /\x1b\[\?1006;[0-4]\$y/g;

describe(`what reaches programs, among ${EVENTS} floods, keys, pastes, cuts, kills and hidden tabs (SEED=${seed})`, function () {
  this.timeout(120_000 + EVENTS * 100);
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'remote-compute-strays-'));
  const file = join(folder, 'typed');
  const counts: Record<string, number> = {};
  let sandbox: Sandbox;
  let rig: Rig<RealScreen>;
  let nuisances: Nuisances;

  before(async () => {
    sandbox = await startSandbox();
    rig = await Rig.behind(RealScreen, sandbox, { times: TIMES, seed });
    await rig.open();
    rig.type(`tty; stty raw -echo; echo read''ing; exec cat > ${file}\r`);
    const shown = await rig.seen(/reading/);
    const [tty = ''] = /\/dev\/\S+/.exec(shown) ?? [];
    rig.screen.asked.add(ASKED);
    nuisances = new Nuisances(tty, folder, random);
  });

  after(async () => {
    nuisances?.kill();
    await rig.stop();
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is what was typed and what they have asked the terminal, to the byte', async () => {
    for (let event = 0; event < EVENTS; event++) {
      await happen(event);
      if (below(4) === 0) rig.screen.send(random);
      await new Promise(resolve => setTimeout(resolve, below(3)));
    }
    nuisances.kill();
    await rig.until('the programs are gone', () => !nuisances.any);
    rig.screen.reveal();
    await settled();
    rig.screen.type('last');
    rig.screen.send(random);
    await rig.until('the last key', () => arrived().endsWith('last'));
    const { expected, ours, notices } = rig.screen;
    const told = `${expected.length} bytes, ${ours} answers of ours, ${nuisances.killed} killed, ${JSON.stringify(counts)}`;
    console.log(`      ${told}`);
    assert.deepEqual(
      notices.filter(each => each.includes('may not have arrived')),
      [],
    );
    assert.ok(ours > EVENTS / 10, `too little was asked to tell anything: ${told}`);
    assert.equal(firstDifference(arrived(), expected.replace(TRANSLATED, '1006')), undefined);
  });

  async function happen(event: number): Promise<void> {
    const { screen } = rig;
    const acts: Record<string, () => unknown> = {
      key: () => screen.type(`k${event};`),
      wide: () => screen.type(`漢${event}🚀é`),
      escape: () => screen.type('\x1b'),
      interrupt: () => screen.type('\x03'),
      paste: () => screen.type(`\x1b[200~${'pasted '.repeat(below(300))}${event}\x1b[201~`),
      flood: () => nuisances.start(),
      kill: () => nuisances.kill(),
      hide: () => screen.hide(),
      reveal: () => screen.reveal(),
    };
    const names = Object.keys(acts);
    const name = event % 200 === 100 ? 'cut' : event % 500 === 250 ? 'long hidden' : (names[below(names.length)] ?? '');
    counts[name] = (counts[name] ?? 0) + 1;
    if (name === 'cut') await cut();
    else if (name === 'long hidden') await hideForLong();
    else acts[name]?.();
  }

  /** Of what is on its way then nobody would know whether it arrives, so that there is nothing. */
  async function cut(): Promise<void> {
    const { screen } = rig;
    screen.reveal();
    screen.send(random);
    await rig.until('all has arrived', () => rig.terminal.phase === 'live' && rig.unconfirmed === 0);
    rig.proxy.cut();
    await rig.until('the loss is noticed', () => rig.terminal.phase !== 'live');
    screen.send(random);
  }

  async function hideForLong(): Promise<void> {
    rig.screen.hide();
    nuisances.start();
    await new Promise(resolve => setTimeout(resolve, LONG_HIDDEN_MS));
    rig.screen.reveal();
  }

  /** Nothing is on its way any more: neither output, nor what the terminal answers to it. */
  async function settled(): Promise<void> {
    let last = -1;
    await until('silence', () => {
      rig.screen.send(random);
      const now = rig.screen.expected.length;
      const quiet = now === last && rig.unconfirmed === 0 && rig.terminal.phase === 'live' && rig.terminal.isShown;
      last = now;
      return quiet;
    });
  }

  function arrived(): string {
    return readFileSync(file, 'utf8').replace(TRANSLATED, '1006');
  }

  function below(limit: number): number {
    return Math.floor(random() * limit);
  }
});

/** With what stands around it. */
function firstDifference(actual: string, expected: string): string | undefined {
  if (actual === expected) return undefined;
  let at = 0;
  while (actual[at] === expected[at]) at++;
  const [is, should] = [actual, expected].map(text => JSON.stringify(text.slice(Math.max(0, at - 60), at + 100)));
  return `At ${at} of ${expected.length}: ${is} instead of ${should}`;
}
