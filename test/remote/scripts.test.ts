import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { jest } from '@jest/globals';
import { type Output, type RunOptions, script } from '../../src/remote';
import { milliseconds, seconds } from '../../src/units';
import { type LocalRemote, localRemote } from './local-remote';

jest.setTimeout(60_000);

let folder: string;
let remote: LocalRemote;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buka-scripts-'));
  remote = localRemote();
});
afterEach(() => {
  remote.close();
  rmSync(folder, { recursive: true });
});

const sh = (text: string, values: Record<string, string> = {}, deadline = seconds(20)) =>
  script({ name: 'try it', text, values: { folder, ...values }, deadline, parse: (output): Output => output });
const run = (text: string, options?: RunOptions) => remote.run(sh(text), options);
const isThere = (pid: string) => existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(readStat(pid));
const readStat = (pid: string) => readFileSync(`/proc/${pid}/stat`, 'utf8');
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('what a script says', () => {
  it.each(['', 'a', 'a\n', '\n', '\n\n', 'a\n\nb\n\n', '\na'])('arrives as it was: %j', async (said) => {
    const text = 'printf %s "$said"; printf %s "$said" >&2; exit 7';
    expect(await remote.run(sh(text, { said }))).toEqual({ status: 7, stdout: said, stderr: said });
    expect(await remote.run(sh(text, { said }), { onLine: () => {} })).toEqual({
      status: 7,
      stdout: said,
      stderr: said,
    });
  });

  it('comes line by line while the script still runs', async () => {
    const seen: string[] = [];
    const running = run(
      'echo first; echo; printf "second\\n\\n"; until [ -e "$folder/go" ]; do sleep 0.02; done; printf end',
      {
        onLine: (line) => seen.push(line),
      },
    );
    await until(() => seen.includes('second'));
    writeFileSync(join(folder, 'go'), '');
    expect((await running).stdout).toBe('first\n\nsecond\n\nend');
    expect(seen).toEqual(['first', '', 'second', '', 'end']);
  });

  it('may be megabytes', async () => {
    const { stdout } = await run('head -c 5000000 /dev/zero | tr "\\0" x');
    expect(stdout === 'x'.repeat(5_000_000)).toBe(true);
  });

  it('may be bytes that are no text', async () => {
    expect((await run('printf "\\377\\0\\n"')).stdout).toBe('\ufffd\0\n');
  });

  it('on standard error is kept to its end, however much it is', async () => {
    const { stderr, status } = await run('head -c 300000 /dev/zero | tr "\\0" x >&2; echo the end >&2; exit 3');
    expect({ status, end: stderr.slice(-8), enough: stderr.length > 60_000 }).toEqual({
      status: 3,
      end: 'the end\n',
      enough: true,
    });
  });

  it('without end is cut off', async () => {
    await expect(run('yes')).rejects.toMatchObject({
      failure: { code: 'output-too-long', host: 'here', step: 'try it' },
    });
    expect((await run('echo next')).stdout).toBe('next\n');
  });
});

describe('how a script ends', () => {
  it('by the first command that fails, or a variable that is not set', async () => {
    expect((await run('false; echo went on')).stdout).toBe('');
    expect((await run('echo "$nobody_set_this"; echo went on')).status).not.toBe(0);
  });

  it('by a signal', async () => {
    expect((await run('kill -9 $$')).status).toBe(137);
    expect((await run('kill -TERM $$')).status).toBe(143);
  });

  it('with its standard streams closed', async () => {
    expect(await run('exec >&- 2>&-; exit 3')).toEqual({ status: 3, stdout: '', stderr: '' });
  });

  it('takes with it what it left running in the background', async () => {
    const { stdout: pid } = await run('sleep 1000 & echo "$!"');
    await until(() => !isThere(pid.trim()));
  });

  it('leaves alone what was meant to outlive it', async () => {
    await run(
      'setsid sh -c "sleep 1000 & echo \\$! > $folder/pid" </dev/null >/dev/null 2>&1 &\n until [ -s "$folder/pid" ]; do sleep 0.02; done',
    );
    const pid = readFileSync(join(folder, 'pid'), 'utf8').trim();
    await run('true');
    expect(isThere(pid)).toBe(true);
    process.kill(Number(pid));
  });

  it('by its deadline, and all that it started with it', async () => {
    const text = 'echo $$ > "$folder/pid"; echo so far; sleep 1000';
    await expect(remote.run(sh(text, {}, milliseconds(300)))).rejects.toMatchObject({
      failure: { code: 'script-timeout', host: 'here', step: 'try it', seen: 'so far' },
    });
    const pid = readFileSync(join(folder, 'pid'), 'utf8').trim();
    await until(() => !isThere(pid));
  });

  it('by its deadline also when it does not listen to SIGTERM', async () => {
    const text = 'echo $$ > "$folder/pid"; trap "" TERM; while :; do sleep 1; done';
    await expect(remote.run(sh(text, {}, milliseconds(200)))).rejects.toMatchObject({
      failure: { code: 'script-timeout' },
    });
    const pid = readFileSync(join(folder, 'pid'), 'utf8').trim();
    await until(() => !isThere(pid));
  });

  it('with a status of 124 of its own is no timeout', async () => {
    expect((await run('exit 124')).status).toBe(124);
  });
});

describe('a payload', () => {
  const megabytes = Buffer.alloc(3_000_000, 'data\n');

  it('is the standard input of its script, byte for byte', async () => {
    const { stdout } = await run('cat', { payload: Readable.from([megabytes]) });
    expect(Buffer.from(stdout).equals(megabytes)).toBe(true);
  });

  it('that nobody reads is not taken for the next script', async () => {
    const pwned = join(folder, 'pwned');
    const request = `t 5 ${`touch ${pwned}`.length} obs=1 \ntouch ${pwned}`;
    expect((await run('exit 4', { payload: Readable.from([request.repeat(1000)]) })).status).toBe(4);
    expect((await run('echo next')).stdout).toBe('next\n');
    expect(existsSync(pwned)).toBe(false);
  });

  it('that breaks on the way fails the script', async () => {
    const broken = new Readable({ read: () => broken.destroy(new Error('the disk is gone')) });
    await expect(run('cat', { payload: broken })).rejects.toThrow('the disk is gone');
  });

  it('that breaks before it is on its way does so too', async () => {
    const broken = new Readable({ read() {} });
    const running = expect(run('cat', { payload: broken })).rejects.toThrow('the disk is gone');
    broken.destroy(new Error('the disk is gone'));
    await running;
  });

  it('is the only thing on standard input', async () => {
    expect((await run('cat; echo end')).stdout).toBe('end\n');
  });
});

describe('many scripts on one host', () => {
  it('run at the same time', async () => {
    const meet = (me: string, other: string) =>
      remote.run(sh('touch "$folder/$me"; until [ -e "$folder/$other" ]; do sleep 0.02; done', { me, other }));
    expect((await Promise.all([meet('a', 'b'), meet('b', 'a')])).map(({ status }) => status)).toEqual([0, 0]);
  });

  it('each get their own answer, also when there are more than lanes', async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => String(index));
    const answers = await Promise.all(numbers.map((n) => remote.run(sh('echo "$n"', { n }))));
    expect(answers.map(({ stdout }) => stdout.trim())).toEqual(numbers);
  });
});

describe('the loop on the host', () => {
  it('shows neither a text nor a value in the list of processes', async () => {
    const running = remote.run(
      sh('secret_in_text=1; touch "$folder/up"; until [ -e "$folder/go" ]; do sleep 0.02; done', {
        key: 'secret-in-value',
      }),
    );
    await until(() => existsSync(join(folder, 'up')));
    const processes = execFileSync('ps', ['axeww'], { encoding: 'utf8' });
    writeFileSync(join(folder, 'go'), '');
    await running;
    expect(processes).not.toMatch(/secret.in.(text|value)/);
    expect(processes).not.toContain(Buffer.from('secret-in-value').toString('base64'));
  });

  it('tells when the host lacks a tool that it needs', async () => {
    const timeout = join(folder, 'timeout');
    writeFileSync(timeout, '#!/bin/sh\necho "timeout: unrecognized option: k" >&2; exit 1\n');
    chmodSync(timeout, 0o755);
    const poor = localRemote({ path: [folder] });
    await expect(poor.run(sh('echo hi'))).rejects.toMatchObject({
      failure: { code: 'shell-unusable', host: 'here', seen: 'timeout: unrecognized option: k' },
    });
  });

  it('does without what a login shell says before it', async () => {
    const login = join(folder, 'login');
    writeFileSync(login, '#!/bin/sh\necho "Welcome to buka-lane 2"; printf "no newline"; shift; exec sh -c "$1"\n');
    chmodSync(login, 0o755);
    const chatty = localRemote({ login });
    expect((await chatty.run(sh('echo hi'))).stdout).toBe('hi\n');
    chatty.close();
  });

  it('tells what a login shell said that lets nobody in', async () => {
    const nologin = localRemote({ login: '/usr/sbin/nologin' });
    await expect(nologin.run(sh('echo hi'))).rejects.toMatchObject({
      failure: { code: 'shell-unusable', seen: expect.stringContaining('not available') },
    });
  });

  it('that is killed fails the script it was running, and the next one gets another', async () => {
    const killed = run(
      'group() { ps -o pgid= -p "$(ps -o ppid= -p "$1" | tr -d " ")" | tr -d " "; }; kill -s KILL -- "-$(group "$PPID")"; sleep 1000',
    );
    await expect(killed).rejects.toMatchObject({ failure: { code: 'lane-ended', host: 'here', step: 'try it' } });
    expect((await run('echo next')).stdout).toBe('next\n');
  });
});
