import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { common } from '../../src/backup/programs/common';
import { continuous } from '../../src/backup/programs/continuous';

/** The parts of the program that handle the files of the log, run on files made here; a segment has 4 bytes. */
let state: string;
let stream: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'buka-log-'));
  stream = join(state, 'wal', '20261127T200000Z');
  mkdirSync(join(stream, 'incoming'), { recursive: true });
  mkdirSync(join(state, 'manifests'));
  writeFileSync(join(stream, 'identity'), '7 1 4\n');
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const segment = (at: number) => `0000000100000000${at.toString(16).toUpperCase().padStart(8, '0')}`;
const put = (name: string, text = 'data') => writeFileSync(join(stream, name), text);
const kept = () => readdirSync(stream).filter((name) => name.startsWith('0'));
function run(text: string): string {
  const script = `set -eu\n${common}\n${continuous}\nstate=$1; stream=$2; service=pos; mode=continuous\n${text}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', state, stream], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim();
}

it('a segment that is whole is kept, and one that comes later under its name changes nothing', () => {
  put(`incoming/${segment(2)}`, 'true');
  put(`incoming/${segment(3)}.partial`);
  run('keep_whole');
  expect(kept()).toEqual([segment(2)]);
  // As pg_receivewal would: written beside, and renamed over what is there.
  put('incoming/forged', 'lies');
  run(`mv "$stream/incoming/forged" "$stream/incoming/${segment(2)}"; keep_whole`);
  expect(readFileSync(join(stream, segment(2)), 'utf8')).toBe('true');
});

it('who receives finds the newest segment, to go on after it, and no others', () => {
  for (const at of [2, 3, 4]) put(`incoming/${segment(at)}`);
  run('keep_whole');
  expect(kept()).toEqual([2, 3, 4].map(segment));
  expect(readdirSync(join(stream, 'incoming'))).toEqual([segment(4)]);
});

it('a missing, a short and a rotten segment are found', () => {
  for (const at of [2, 3, 4]) put(segment(at));
  expect(run('verify_wal')).toBe('');
  rmSync(join(stream, segment(3)));
  expect(run('verify_wal')).toContain(`1 segments are missing before ${segment(4)}`);
  put(segment(3), 'no');
  expect(run('verify_wal')).toContain(`${segment(3)} has 2 bytes`);
  run(`rm "$stream/${segment(3)}"; printf data > "$stream/${segment(3)}"; gzip "$stream/${segment(3)}"`);
  expect(run('verify_wal')).toBe('');
  put(`${segment(3)}.gz`, 'not packed by anybody');
  expect(run('verify_wal')).toContain(segment(3));
});

it('what is from before the oldest base goes, the rest is packed; a stream that no backup needs goes as a whole', () => {
  for (const at of [2, 3, 4]) put(segment(at));
  const old = join(state, 'wal', '20261101T000000Z');
  mkdirSync(old);
  const about = `"continuous":{"base":"a","stream":"20261127T200000Z","first":"${segment(3)}","last":"${segment(4)}"}`;
  writeFileSync(join(state, 'manifests', 'a.json'), `{"id":"a",${about}}\n`);
  run('retain_wal');
  expect(kept()).toEqual([`${segment(3)}.gz`, `${segment(4)}.gz`]);
  expect(readdirSync(join(state, 'wal'))).toEqual(['20261127T200000Z']);
});

it('the stream that is being received stays also before it has a base, until the mode is another one', () => {
  put(segment(2));
  run('retain_wal');
  expect(kept()).toEqual([segment(2)]);
  run('mode=dump; retain_wal');
  expect(readdirSync(join(state, 'wal'))).toEqual([]);
});
