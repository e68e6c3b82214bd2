import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Setup } from '../../src/provision';
import { compare } from '../../src/provision/compare';
import { makeFolders, makeSecrets } from '../../src/provision/put';
import { file, folder, setup } from '../../src/provision/setup';
import { survey } from '../../src/provision/survey';
import { writeFiles } from '../../src/provision/write-files';
import { type LocalRemote, localRemote } from '../remote/local-remote';

/** The scripts themselves, on this machine, in a folder of the test's own. They are root's. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

let here: string;
let remote: LocalRemote;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'buka-provision-'));
  remote = localRemote();
});
afterEach(() => {
  remote.close();
  rmSync(here, { recursive: true });
});

const at = (name: string) => join(here, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const mode = (name: string) => statSync(at(name)).mode & 0o7777;
const root = { owner: 'root', group: 'root' };

const failure = async (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => ({ code: error.code as string, message: error.message as string }),
  );

asRoot('files and folders', () => {
  const wanted = (): Setup =>
    setup('backup', {
      folders: [folder(at('etc'), { mode: 0o750 })],
      files: [
        file(at('etc/settings'), 'a=1\n$(touch pwned) "\'\n', { mode: 0o640, owner: 'daemon' }),
        file(at('etc/empty'), ''),
      ],
      secrets: [{ kind: 'password', path: at('etc/password'), ...root, mode: 0o600 }],
    });
  const differences = async () =>
    compare('here', wanted(), await remote.run(survey([wanted()]))).map(({ what, seen }) => [
      what.slice(here.length + 1),
      seen,
    ]);
  const put = async () => {
    await remote.run(makeFolders(wanted().folders));
    await remote.run(writeFiles(wanted().files));
    await remote.run(makeSecrets(wanted().secrets, ''));
  };

  it('that are missing are made as they should be, and then nothing differs', async () => {
    expect(await differences()).toEqual(
      ['etc', 'etc/settings', 'etc/empty', 'etc/password'].map((path) => [path, 'missing']),
    );
    await put();
    expect(await differences()).toEqual([]);
    expect([read('etc/settings'), mode('etc/settings'), mode('etc')]).toEqual([
      wanted().files[0]?.content,
      0o640,
      0o750,
    ]);
    expect(readdirSync(at('etc')).sort()).toEqual(['empty', 'password', 'settings']);
  });

  it('that somebody changed are told in words, each for itself, and put right', async () => {
    await put();
    const password = read('etc/password');
    writeFileSync(at('etc/settings'), 'a=2\n');
    chmodSync(at('etc/settings'), 0o666);
    chmodSync(at('etc'), 0o777);
    chmodSync(at('etc/password'), 0o644);
    expect(await differences()).toEqual([
      ['etc', 'mode 0777 instead of 0750'],
      ['etc/settings', 'other content, mode 0666 instead of 0640'],
      ['etc/password', 'mode 0644 instead of 0600'],
    ]);
    await put();
    expect(await differences()).toEqual([]);
    expect(read('etc/password')).toBe(password);
  });
});

asRoot('a file for sudo', () => {
  it('that visudo does not take never replaces the one that is there', async () => {
    writeFileSync(at('buka'), 'good\n');
    const broken = file(at('buka'), 'deploy ALL=(root NOPASSWD: nonsense\n', { mode: 0o440, checkedBy: 'visudo' });
    expect(await failure(remote.run(writeFiles([broken])))).toMatchObject({ code: 'file-refused' });
    expect(read('buka')).toBe('good\n');
    expect(readdirSync(here)).toEqual(['buka']);
  });
});

asRoot('a secret', () => {
  const secrets = () => [
    { kind: 'password', path: at('password'), ...root, mode: 0o640, opens: at('repository') } as const,
    { kind: 'key', path: at('key'), ...root, mode: 0o600 } as const,
    { kind: 'pgpass', path: at('pgpass'), ...root, mode: 0o600, line: 'db.test.invalid:5432:*:reader:' } as const,
  ];

  it('is made once, and never again', async () => {
    await remote.run(makeSecrets(secrets(), 'first'));
    const made = ['password', 'key', 'pgpass'].map(read);
    expect(made[0]).toMatch(/^[A-Za-z0-9+/]{43}\n$/);
    expect(made[1]).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
    expect(made[2]).toBe('db.test.invalid:5432:*:reader:first\n');
    writeFileSync(at('repository'), '');
    chmodSync(at('key'), 0o644);
    await remote.run(makeSecrets(secrets(), 'second'));
    expect(['password', 'key', 'pgpass'].map(read)).toEqual(made);
    expect([mode('password'), mode('key'), mode('pgpass')]).toEqual([0o640, 0o600, 0o600]);
    expect(readdirSync(here).sort()).toEqual(['key', 'password', 'pgpass', 'repository']);
  });

  it('that opens a repository which is there is not made anew when it is lost', async () => {
    writeFileSync(at('repository'), '');
    expect(await failure(remote.run(makeSecrets(secrets(), 'first')))).toMatchObject({ code: 'secret-lost' });
    expect(existsSync(at('password'))).toBe(false);
  });

  it('for another database leaves the lines that are there', async () => {
    writeFileSync(at('pgpass'), 'other:5432:*:reader:old\n');
    await remote.run(makeSecrets(secrets(), 'new'));
    expect(read('pgpass')).toBe('other:5432:*:reader:old\ndb.test.invalid:5432:*:reader:new\n');
  });
});
