import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

interface Entry {
  command: string;
  when: string;
  group?: string;
}

interface Manifest {
  contributes: { commands: { command: string }[]; menus: Record<string, Entry[]> };
}

const { contributes }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { commands, menus } = contributes;
const entriesOf = (menu: string) => menus[menu] ?? [];
const inMenu = (menu: string) => entriesOf(menu).filter(({ group = '' }) => !/^(inline|navigation)/.test(group));
const hidden = new Set(entriesOf('commandPalette').flatMap(({ command, when }) => (when === 'false' ? command : [])));

describe('the keyboard', () => {
  const buttons = entriesOf('view/item/context').filter(({ group }) => group?.startsWith('inline'));

  it('has buttons to reach', () => assert.ok(buttons.length > 10));

  for (const { command, when } of buttons) {
    it(`reaches what the button of a row does: ${command}, ${when}`, () => {
      const inContextMenu = inMenu('view/item/context').some(each => each.command === command && each.when === when);
      assert.ok(inContextMenu || !hidden.has(command));
    });
  }

  for (const { command } of entriesOf('view/title')) {
    it(`reaches what stands beside a title: ${command}`, () => assert.ok(!hidden.has(command)));
  }

  it('reaches every command: by the palette, by a context menu, or by Enter on a row', () => {
    const byRow = ['remoteCompute.loadMore'];
    const reached = [...inMenu('view/item/context').map(({ command }) => command), ...byRow];
    const all = commands.map(({ command }) => command);
    assert.deepEqual(
      all.filter(command => hidden.has(command) && !reached.includes(command)),
      [],
    );
  });
});

describe('icons of our own', () => {
  const icons = readdirSync('media').filter(name => name.endsWith('.svg'));

  it('are there', () => assert.ok(icons.length > 0));

  for (const name of icons) {
    it(`have the colour of the theme, of high contrast too: ${name}`, () => {
      const icon = readFileSync(`media/${name}`, 'utf8');
      const colours = [...icon.matchAll(/(?:fill|stroke|color)="([^"]+)"/g)].map(([, colour]) => colour);
      assert.ok(colours.includes('currentColor'), icon);
      for (const colour of colours) assert.match(colour ?? '', /^(none|currentColor)$/);
      assert.doesNotMatch(icon, /style/);
    });
  }
});
