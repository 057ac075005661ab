import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAsyncRotatingLogger } from '../../support/vscode/standins/spdlog.js';

describe('the stand-in for VS Code’s logger', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spdlog-'));
    file = join(folder, 'logs', 'main.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes what its level lets through, with the time and the level', async () => {
    const logger = await createAsyncRotatingLogger('main', file, 1000, 2);
    logger.debug('unseen');
    logger.info('one');
    logger.setLevel(0);
    logger.trace('two');
    logger.setLevel(6);
    logger.critical('unseen');
    const lines = readFileSync(file, 'utf8').split('\n');
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}`;
    assert.match(lines[0] ?? '', new RegExp(String.raw`^${time} \[info\] one$`));
    assert.match(lines[1] ?? '', new RegExp(String.raw`^${time} \[trace\] two$`));
    assert.equal(lines.length, 3);
  });

  it('writes what it is given, and nothing else, without its formatters', async () => {
    const logger = await createAsyncRotatingLogger('main', file, 1000, 2);
    logger.clearFormatters();
    logger.info('as it is');
    assert.equal(readFileSync(file, 'utf8'), 'as it is');
  });

  it('goes on where it was, puts full files aside, and keeps as many as it is told', async () => {
    for (const each of ['1111', '2222', '3333', '4444', '5555', '66666']) {
      const logger = await createAsyncRotatingLogger('main', file, 8, 2);
      logger.clearFormatters();
      logger.info(each);
    }
    const texts = readdirSync(join(folder, 'logs'))
      .sort()
      .map(name => [name, readFileSync(join(folder, 'logs', name), 'utf8')]);
    assert.deepEqual(texts, [
      ['main.1.log', '5555'],
      ['main.2.log', '33334444'],
      ['main.log', '66666'],
    ]);
  });
});
