import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUrl } from '../../src/provision/app-database';
import { askDatabaseUrl } from '../../src/provision/app-database-look';
import { addDatabaseUrl } from '../../src/provision/app-database-scripts';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { cluster } from './cluster';

const shop = cluster('name: shop }', 'name: shop, provision: true }');
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('the env file of a worker', () => {
  let remote: LocalRemote;
  let path: string;
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'buka-env-')), 'env');
    remote = localRemote();
  });
  afterEach(() => {
    remote.close();
    rmSync(join(path, '..'), { recursive: true });
  });
  const value = databaseUrl(shop, 'right');
  const ask = () => {
    const script = askDatabaseUrl(shop);
    return remote.run({ ...script, values: { path } });
  };

  it('gets the line once, at its end; its other lines, its owner and its mode stay', async () => {
    writeFileSync(path, 'PORT=3000\n#DATABASE_URL=x\nA=$(touch pwned)', { mode: 0o640 });
    execFileSync('chown', ['root:daemon', path]);
    expect(await ask()).toEqual({ kind: 'missing' });
    await remote.run(addDatabaseUrl(path, value));
    const once = readFileSync(path, 'utf8');
    expect(once).toBe(`PORT=3000\n#DATABASE_URL=x\nA=$(touch pwned)\nDATABASE_URL=${value}\n`);
    await remote.run(addDatabaseUrl(path, databaseUrl(shop, 'other')));
    expect(readFileSync(path, 'utf8')).toBe(once);
    expect(await ask()).toEqual({ kind: 'ours', password: 'right', value });
    const { mode, gid } = statSync(path);
    expect([mode & 0o777, gid]).toEqual([0o640, 1]);
    expect(readdirSync(join(path, '..'))).toEqual(['env']);
  });

  it("a person's line stays, also an empty one", async () => {
    for (const line of ['DATABASE_URL=', ' DATABASE_URL="postgres://app@elsewhere/x"']) {
      writeFileSync(path, `${line}\n`);
      await remote.run(addDatabaseUrl(path, value));
      expect(readFileSync(path, 'utf8')).toBe(`${line}\n`);
    }
  });
});
