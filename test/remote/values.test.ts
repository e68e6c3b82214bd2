import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { script } from '../../src/remote';
import { seconds } from '../../src/units';
import { hostile, hostileString } from './hostile';
import { type LocalRemote, localRemote } from './local-remote';

jest.setTimeout(60_000);

const echo = (values: Record<string, string>) =>
  script({
    name: 'echo',
    text: 'printf %s "$first"; printf %s "$second" >&2',
    values,
    deadline: seconds(20),
    parse: ({ stdout, stderr }) => ({ first: stdout, second: stderr }),
  });

describe.each(['dash', 'bash'])('a value that reaches a host whose sh is %s', (shell) => {
  let folder: string;
  let remote: LocalRemote;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'buka-sh-'));
    symlinkSync(`/bin/${shell}`, join(folder, 'sh'));
    remote = localRemote({ login: shell, path: [folder] });
  });
  afterAll(() => {
    remote.close();
    rmSync(folder, { recursive: true });
  });

  it.each(hostile)('arrives byte for byte: %j', async (value) => {
    const values = { first: value, second: value };
    expect(await remote.run(echo(values))).toEqual(values);
  });

  it('arrives byte for byte, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(hostileString, hostileString, async (first, second) => {
        expect(await remote.run(echo({ first, second }))).toEqual({ first, second });
      }),
      { numRuns: 100 },
    );
  });

  it('arrives whole when it is a megabyte long', async () => {
    const first = `${'it’s $(a) `megabyte`\n'.repeat(45_000)}\n\n`;
    expect((await remote.run(echo({ first, second: '' }))).first === first).toBe(true);
  });

  it('is refused when it has a NUL, and nothing is run', async () => {
    await fc.assert(
      fc.asyncProperty(hostileString, hostileString, async (before, after) => {
        const sent = remote.run(echo({ first: `${before}\0${after}`, second: '' }));
        await expect(sent).rejects.toMatchObject({ failure: { code: 'value-has-nul', step: 'echo' } });
      }),
      { numRuns: 20 },
    );
  });

  it('is refused when no bytes stand for it', async () => {
    const sent = remote.run(echo({ first: '\ud800', second: '' }));
    await expect(sent).rejects.toMatchObject({ failure: { code: 'value-not-unicode' } });
  });
});
