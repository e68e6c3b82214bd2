import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { undoCommand } from '../../../src/drill/database/left';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buka-drill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
function put(name: string, text: string): void {
  mkdirSync(at(name), { recursive: true });
  writeFileSync(join(at(name), 'PG_VERSION'), text);
}
const content = (name: string) => readFileSync(join(at(name), 'PG_VERSION'), 'utf8');

/** Types the command as a person would, into a shell where systemctl only says what it was asked. */
function undo(): string[] {
  const server = { version: '15', name: 'main', data: at('main'), settings: at('settings') };
  const rest = { encoding: '', collate: '', ctype: '', checksums: false };
  const command = undoCommand({ server: { ...server, ...rest }, aside: at('main.lost-1'), stamp: '1' });
  return execFileSync('sh', ['-c', `systemctl() { echo "$*"; }\n${command}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

it('what puts the lost data back keeps what was written since, and can be typed twice', () => {
  put('main', 'restored');
  put('main.lost-1', 'lost');
  expect(undo()).toEqual(['stop postgresql@15-main', 'start postgresql@15-main']);
  expect(content('main')).toBe('lost');
  expect(content('main.drill-1')).toBe('restored');
  expect(undo()).toEqual(['start postgresql@15-main']);
  expect(content('main')).toBe('lost');
  expect(readdirSync(folder).sort()).toEqual(['main', 'main.drill-1']);
});

it('it puts the data back where no new server was made yet', () => {
  put('main.lost-1', 'lost');
  undo();
  expect(content('main')).toBe('lost');
});

it('it only starts the server where nothing was taken away yet', () => {
  put('main', 'present');
  expect(undo()).toEqual(['start postgresql@15-main']);
  expect(content('main')).toBe('present');
  expect(existsSync(at('main.drill-1'))).toBe(false);
});
