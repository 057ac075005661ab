import assert from 'node:assert/strict';
import {
  countText,
  dateText,
  durationText,
  locationText,
  mebibytesText,
  monthText,
  specDetails,
  specText,
  timeLeftText,
  timeOfDay,
} from '../../../src/core/format.js';
import { setTranslator } from '../../../src/core/l10n.js';
import { own } from '../../../src/core/plainText.js';
import type { MachineSpec } from '../../../src/core/resources.js';
import { told } from '../../support/told.js';

describe('format', () => {
  afterEach(() => setTranslator(undefined));

  it('a machine in one line, and figure by figure', () => {
    const spec = told<MachineSpec>({
      cpus: 2.5,
      memoryMebibytes: 4096,
      diskMebibytes: 1_500,
      swapMebibytes: 512,
      gpus: { model: 'A100 80GB', count: 2 },
    });
    assert.equal(specText(spec), '2.5 CPU · 4 GiB · 2× A100 80GB');
    assert.equal(specText({ cpus: 1, memoryMebibytes: 300 }), '1 CPU · 300 MiB');
    assert.deepEqual(specDetails(spec), [
      ['CPU', '2.5'],
      ['Memory', '4 GiB'],
      ['Disk', '1.46 GiB'],
      ['Swap', '512 MiB'],
      ['GPU', '2× A100 80GB'],
    ]);
    assert.deepEqual(specDetails({ cpus: 1, memoryMebibytes: 300 }).length, 2);
  });

  it('sizes and durations', () => {
    assert.deepEqual([0, 1023, 1024, 1536, 20_480, 3 * 1024 ** 2].map(mebibytesText), [
      '0 MiB',
      '1023 MiB',
      '1 GiB',
      '1.5 GiB',
      '20 GiB',
      '3 TiB',
    ]);
    const minute = 60_000;
    assert.deepEqual(
      [-5, 0, 59_400, minute, 59.9 * minute, 60 * minute, 47 * 60 * minute, 49 * 60 * minute].map(durationText),
      ['0 s', '0 s', '59 s', '1 min', '59 min', '1 h', '47 h', '2 d'],
    );
  });

  it('what is left, to the minute', () => {
    const minute = 60_000;
    assert.deepEqual([-1, 59_999, minute, 28.9 * minute, 60 * minute, 130 * minute].map(timeLeftText), [
      'less than 1 min',
      'less than 1 min',
      '1 min',
      '28 min',
      '1 h',
      '2 h 10 min',
    ]);
    assert.deepEqual([48 * 60 * minute, 76.5 * 60 * minute].map(timeLeftText), ['2 d', '3 d 4 h']);
  });

  it('dates and counts as the language of the texts writes them, whatever the machine’s is', () => {
    const at = new Date(2026, 10, 15, 14, 5).getTime();
    // Some versions of ICU put narrow spaces.
    const texts = () =>
      [dateText(at), timeOfDay(at), monthText(at), countText(1234.5)].map(each => each.replace(/\s/g, ' '));
    assert.deepEqual(texts(), ['11/15/2026, 2:05:00 PM', '02:05 PM', 'November 2026', '1,234.5']);
    setTranslator(undefined, 'zh-cn');
    assert.deepEqual(texts(), ['2026/11/15 14:05:00', '14:05', '2026年11月', '1,234.5']);
    setTranslator(undefined, 'de');
    assert.deepEqual(texts(), ['15.11.2026, 14:05:00', '14:05', 'November 2026', '1.234,5']);
  });

  it('where something runs', () => {
    const nameOf = (id: string) => `«${id}»`;
    const spec = { cpus: 1, memoryMebibytes: 1024 };
    assert.equal(locationText({ type: 'persistentLauncher', persistentLauncherId: own('l1') }, nameOf), '«l1»');
    assert.equal(locationText({ type: 'persistentLauncher' }, nameOf), 'a launcher');
    assert.equal(locationText({ type: 'temporaryLauncher', spec }, nameOf), 'temporary 1 CPU · 1 GiB');
    assert.equal(locationText({ type: 'temporaryLauncher' }, nameOf), 'a temporary launcher');
    assert.equal(locationText({ type: own('moon') }, nameOf), 'moon');
  });
});
