import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Effect, Event } from '../../../src/terminal/state.js';
import { answered, drop, failed, fatal, input, live, terminal, upToAttached } from '../../support/machineRig.js';
import { seed } from '../../support/random.js';

const START = '\x1b[200~';
const END = '\x1b[201~';

/** What a program that brackets pastes makes of what arrives: typed text, pasted text, and whether it waits for more. */
function readAs(arrived: string) {
  const [typed = '', ...pastes] = arrived.split(START);
  const all = { typed, pasted: '', waits: false };
  for (const paste of pastes) {
    const [pasted = '', ...behind] = paste.split(END);
    all.pasted += pasted;
    all.typed += behind.join('');
    all.waits = behind.length === 0;
  }
  all.typed = all.typed.replaceAll(END, '');
  return all;
}

describe('a paste', () => {
  it('of which the end may be lost is ended, and what is left of it is not sent', () => {
    const it = live().on(input(`${START}${'x'.repeat(100_000)}${END}`), drop);
    assert.deepEqual([it.notice?.type, Reflect.get(it.notice ?? {}, 'cutPaste')], ['lost', true]);
    it.on(input('typed'), ...upToAttached);
    assert.deepEqual(it.written, [`${END}typed`]);
  });

  it('is not sent on, of which the rest comes later', () => {
    const it = live().on(input(`${START}first`), drop, ...upToAttached);
    assert.deepEqual(it.written, [END]);
    assert.deepEqual(it.on(input('second'), input('third\x1b[2')).written, []);
    assert.deepEqual(it.on(input('01~typed')).written, ['typed']);
  });

  it('that arrived whole, and keys, are as before', () => {
    const it = live().on(input(`${START}x${END}`), answered(1), input('\x1b[A'), drop);
    assert.equal(Reflect.get(it.notice ?? {}, 'cutPaste'), undefined);
    assert.deepEqual(it.on(input(`${START}y${END}`), ...upToAttached).written, [`${START}y${END}`]);
  });

  it('is ended too where the service would not have it, or us', () => {
    const refused = live().on(input(`${START}x`), input(`y${END}`), failed(1, 'other'));
    assert.equal(refused.notice?.type, 'missing');
    assert.deepEqual(refused.written, [END]);
    assert.deepEqual(refused.after(700, input('typed')).written, ['typed']);
    const away = live()
      .on(input(`${START}x`), fatal)
      .after(700, input('\r'));
    assert.deepEqual(away.on({ type: 'opened' }, { type: 'attached', found: true }).written, [END]);
  });

  it('that has no room is refused to its end', () => {
    const it = live().on(drop, input('x'.repeat(65_000)), input(`${START}${'y'.repeat(1_000)}`));
    assert.deepEqual(it.kinds.slice(0, 2), ['bell', 'notice']);
    it.on(input(`z${END}`), input('typed'), ...upToAttached);
    assert.equal(it.written.join('').replace(/^x*/, ''), 'typed');
  });

  it(`is never typed, nor waited for, whatever is lost of it (seed ${seed})`, () => {
    const piece = fc.oneof(
      fc.constantFrom('k', 'kk\r', '\x1b[A'),
      fc.integer({ min: 0, max: 40_000 }).map(length => `${START}${'P'.repeat(length)}${END}`),
    );
    const act = fc.constantFrom('drop', 'answer', 'refuse', 'fail', 'nothing');
    const turn = fc.record({ piece, cut: fc.array(fc.nat(), { maxLength: 2 }), act, arrives: fc.nat() });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 12 }), turns => {
        const it = terminal();
        let arrived = '';
        let sent: Extract<Effect, { type: 'write' }>[] = [];
        const on = (...events: Event[]) => {
          for (const event of events) {
            it.after(1_000, event);
            for (const effect of it.effects) if (effect.type === 'write') sent.push(effect);
          }
        };
        const arrive = (bytes: Uint8Array) => {
          arrived += Buffer.from(bytes).toString();
        };
        on({ type: 'start' }, { type: 'opened' }, { type: 'launched', sessionId: 's' });
        for (const { piece, cut, act, arrives } of turns) {
          // A bracket comes whole, as a terminal gives it, and keys do.
          const within = Math.max(1, piece.length - 2 * START.length + 1);
          const cuts = piece.startsWith(START) ? cut.map(at => START.length + (at % within)) : [];
          const places = [0, ...cuts.sort((a, b) => a - b), piece.length];
          places.slice(1).forEach((end, index) => {
            if (end > (places[index] ?? 0)) on(input(piece.slice(places[index], end)));
          });
          const [first] = sent;
          if (act === 'drop') {
            const lost = Buffer.concat(sent.map(({ bytes }) => bytes));
            arrive(lost.subarray(0, arrives % (lost.length + 1)));
            sent = [];
            on(drop, ...upToAttached);
          } else if (first && act !== 'nothing') {
            sent.shift();
            if (act === 'answer' || (act === 'fail' && arrives % 2 === 0)) arrive(first.bytes);
            on(act === 'answer' ? answered(first.id) : failed(first.id, act === 'refuse' ? 'busy' : 'other'));
          }
        }
        for (let turns = 0; turns < 99 && (sent.length > 0 || it.state.queue.length > 0); turns++) {
          const [first] = sent.splice(0, 1);
          if (first) arrive(first.bytes);
          on(first ? answered(first.id) : { type: 'timer' });
        }
        const { typed, waits } = readAs(arrived);
        assert.ok(!typed.includes('P'), `typed: ${typed.slice(0, 99)}`);
        assert.equal(waits, false, `waits: ${arrived.slice(-99)}`);
      }),
      { seed, numRuns: 300 },
    );
  }).timeout(60_000);
});
