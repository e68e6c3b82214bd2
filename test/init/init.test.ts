import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Asker, initCommand } from '../../src/cli/init';
import { parseCluster } from '../../src/cluster';
import { toldOutput } from '../cli/told';

/** A shop's repository, as an app has it before anybody has heard of Buka. */
let folder: string;
const put = async (path: string, text: string) => {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
};
const file = (path: string) => readFile(join(folder, path), 'utf8');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'buka-init-'));
  await promisify(execFile)('git', ['init', '-q', '-b', 'main', folder]);
  await promisify(execFile)('git', ['-C', folder, 'remote', 'add', 'origin', 'git@github.com:warung/shop.git']);
  const scripts = { build: 'tsc', test: 'node --test', start: 'node dist/server.js' };
  await put('package.json', JSON.stringify({ name: '@warung/shop', scripts, dependencies: { pg: '8' } }));
  await put('package-lock.json', '{}');
  await put('tsconfig.json', '{ "compilerOptions": { "outDir": "./dist" } }');
  await put('Dockerfile', 'FROM node\nEXPOSE 3000\n');
  await put('src/server.ts', "app.get('/readyz', ready);\n");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Told {
  readonly files: readonly { path: string; state: string; written: boolean }[];
  readonly next: readonly { what: string; type: readonly string[] }[];
}

const HOSTS = { workers: '10.0.0.21,10.0.0.22', loadBalancers: 'lb1=10.0.0.11' };

async function init(options: Record<string, unknown> = {}, asker?: Asker) {
  const { out, reporter, ended } = toldOutput<Told>();
  await initCommand({ workingDirectory: folder, yes: true, force: false, ...options }, out, asker);
  const { result, text } = ended();
  return { ...result, shown: text, lines: reporter.lines };
}

/** Answers what it is told to, and takes the rest as it is suggested. */
function person(answers: Record<string, string> = {}, replaces = false) {
  const asked: { message: string; suggested?: string | undefined }[] = [];
  const refused: string[] = [];
  const asker: Asker = {
    async text({ message, suggested, check }) {
      asked.push({ message, suggested });
      const [, answer = suggested ?? ''] = Object.entries(answers).find(([start]) => message.startsWith(start)) ?? [];
      const problem = await check(answer);
      if (problem !== undefined) refused.push(`${answer}: ${problem}`);
      return answer;
    },
    choice: async (_, all) => all.filter(({ chosen }) => chosen).map(({ name }) => name),
    yes: async () => replaces,
  };
  return { asker, asked, refused };
}

const clusterOf = async () => parseCluster(await file('buka.yml'));

describe('without a person to ask', () => {
  test('what the repository tells is in buka.yml, and the loader takes it', async () => {
    await init(HOSTS);
    const { service, workers, release, loadBalancers } = await clusterOf();
    expect(service).toBe('shop');
    expect(workers).toMatchObject({
      port: 3000,
      health: '/readyz',
      start: ['node', 'dist/server.js'],
      packages: ['nodejs'],
    });
    expect(release).toMatchObject({
      build: 'npm ci && npm run build',
      test: 'npm test && npm prune --omit=dev',
      include: ['dist', 'package.json', 'node_modules'],
    });
    expect(workers.hosts.map(({ name, address }) => `${name} ${address}`)).toEqual([
      'worker1 10.0.0.21',
      'worker2 10.0.0.22',
    ]);
    expect(loadBalancers).toMatchObject({ backends: ['shop'], hosts: [{ name: 'lb1', address: '10.0.0.11' }] });
  });

  test('it says where it saw what', async () => {
    const { lines } = await init(HOSTS);
    expect(lines).toContain('seen: port 3000 (EXPOSE in Dockerfile)');
    expect(lines).toContain('seen: health /readyz (src/server.ts)');
  });

  test('hosts are never made up, and nothing is written without them', async () => {
    await expect(init()).rejects.toMatchObject({
      code: 'init-unanswered',
      failure: { left: 'Nothing was written.', hint: expect.stringMatching(/--workers .*--load-balancers /) },
    });
    await expect(file('buka.yml')).rejects.toThrow('ENOENT');
  });

  test('a health URL is not guessed where the sources have two', async () => {
    await put('src/other.ts', "app.get('/healthz', live);\n");
    await expect(init(HOSTS)).rejects.toMatchObject({ failure: { hint: 'buka init --health /readyz' } });
    await init({ ...HOSTS, health: '/healthz' });
    expect((await clusterOf()).workers.health).toBe('/healthz');
  });

  test('every host that a database, a backup and a jump need is there', async () => {
    await init({
      ...HOSTS,
      database: 'postgresql:db1=10.0.0.31/shop',
      backup: '10.0.0.41',
      monitoring: 'monitor1=10.0.0.51',
      jump: 'bastion=203.0.113.5',
      address: '10.0.0.10',
    });
    const { hosts, database, backup, monitoring, loadBalancers } = await clusterOf();
    expect([...hosts.keys()]).toEqual(['bastion', 'lb1', 'worker1', 'worker2', 'db1', 'backup1', 'monitor1']);
    expect(hosts.get('worker1')?.jump?.address).toBe('203.0.113.5');
    expect(database).toMatchObject({ kind: 'postgresql', name: 'shop' });
    expect([backup?.host.name, monitoring?.host.name, loadBalancers.address]).toEqual([
      'backup1',
      'monitor1',
      '10.0.0.10',
    ]);
  });

  test('a mistake in an answer is told as buka.yml tells it, and nothing is written', async () => {
    await expect(init({ ...HOSTS, port: '70000' })).rejects.toMatchObject({ code: 'buka-yml-invalid' });
    await expect(file('buka.yml')).rejects.toThrow('ENOENT');
  });

  test('odd words are data in buka.yml, not YAML', async () => {
    const build = 'echo "a: b" # [x], {y} && true';
    await init({ ...HOSTS, build, include: 'dist' });
    expect((await clusterOf()).release.build).toBe(build);
  });
});

describe('the workflows', () => {
  test('those that two secrets and this buka.yml are enough for are written, as they lie beside the program', async () => {
    const { files } = await init(HOSTS);
    const written = files.filter(({ written }) => written).map(({ path }) => path);
    expect(written).toEqual(expect.arrayContaining(['.github/workflows/deploy.yml', '.github/workflows/rollback.yml']));
    expect(written.join()).not.toMatch(/backup|slo|alerts|provision/);
    expect(await file('.github/workflows/deploy.yml')).toBe(await readFile('workflows/deploy.yml', 'utf8'));
  });

  test('a backup server brings the one for backups', async () => {
    const { files } = await init({ ...HOSTS, database: 'postgresql:db1=10.0.0.31/shop', backup: '10.0.0.41' });
    expect(files.map(({ path }) => path)).toContain('.github/workflows/backup.yml');
  });

  test('are chosen by name, and a name that is none writes nothing', async () => {
    await expect(init({ ...HOSTS, workflows: 'deploy,rolback' })).rejects.toMatchObject({ code: 'workflow-unknown' });
    const { files } = await init({ ...HOSTS, workflows: 'none' });
    expect(files.map(({ path }) => path)).toEqual(['buka.yml']);
  });
});

describe('what is there', () => {
  test('stays as it is, with what differs told, unless --force says otherwise', async () => {
    await init(HOSTS);
    await put('buka.yml', (await file('buka.yml')).replace('port: 3000', 'port: 4000'));
    await rm(join(folder, '.github'), { recursive: true });
    await expect(init(HOSTS)).rejects.toMatchObject({
      code: 'file-differs',
      failure: { seen: expect.stringMatching(/-\s+port: 4000\n\+\s+port: 3000/) },
    });
    expect((await clusterOf()).workers.port).toBe(4000);
    await expect(file('.github/workflows/deploy.yml')).rejects.toThrow('ENOENT');
    await init({ ...HOSTS, force: true });
    expect((await clusterOf()).workers.port).toBe(3000);
  });

  test('twice changes nothing', async () => {
    await init(HOSTS);
    const { files } = await init(HOSTS);
    expect(files.map(({ state, written }) => [state, written])).toEqual(files.map(() => ['same', false]));
  });

  test('is replaced only where the person says yes to it', async () => {
    await put('buka.yml', 'service: mine\n');
    const answers = { Workers: HOSTS.workers, 'Load balancers': HOSTS.loadBalancers };
    const { files } = await init({ yes: false }, person(answers, false).asker);
    expect(await file('buka.yml')).toBe('service: mine\n');
    expect(files.find(({ path }) => path === 'buka.yml')).toMatchObject({ state: 'differs', written: false });
    await init({ yes: false }, person(answers, true).asker);
    expect((await clusterOf()).service).toBe('shop');
  });
});

describe('a person', () => {
  test('is asked only what no option says, with what was seen to begin with', async () => {
    const { asker, asked, refused } = person({ Workers: HOSTS.workers, 'Load balancers': HOSTS.loadBalancers });
    await init({ yes: false, service: 'kasir' }, asker);
    expect(asked.map(({ message }) => message)).not.toContain('Name of the service');
    expect(asked.find(({ message }) => message.startsWith('Port'))?.suggested).toBe('3000');
    // Where there is no database, nobody is asked where its backups go.
    expect(asked.some(({ message }) => message.startsWith('Backup'))).toBe(false);
    expect(refused).toEqual([]);
    expect((await clusterOf()).service).toBe('kasir');
  });

  test.each([
    ['Workers', '10.0.0.21', 'at least 2 hosts'],
    ['Workers', '10.0.0.21,10.0.0.321', 'an IP address or a DNS name'],
    ['Port', '99999', 'a port'],
    ['Health URL', 'readyz', 'a path that starts with a slash'],
    ['Database', 'oracle:db1=10.0.0.31/shop', 'postgresql'],
    ['That user', '/nowhere/id.pub', "can't be read"],
  ])('is told at once what is wrong with %s %s', async (question, answer, problem) => {
    const all = { Workers: HOSTS.workers, 'Load balancers': HOSTS.loadBalancers, [question]: answer };
    const { asker, refused } = person(all);
    await init({ yes: false }, asker).catch(() => {});
    expect(refused[0]).toContain(problem);
  });
});

describe('at the end', () => {
  test('it says what to type next, for this repository and these hosts', async () => {
    const { shown } = await init({ ...HOSTS, monitoring: 'monitor1=10.0.0.51' });
    for (const words of [
      'ssh-keyscan 10.0.0.11 10.0.0.21 10.0.0.22 10.0.0.51 >> known_hosts',
      'gh secret set BUKA_SSH_KEY --env production --repo warung/shop < ~/.ssh/buka',
      'gh secret set BUKA_KNOWN_HOSTS --env production --repo warung/shop < known_hosts',
      'https://github.com/warung/shop/settings/environments',
      'buka doctor --key',
      'buka provision --key',
    ])
      expect(shown).toContain(words);
    expect(shown).not.toContain('PASSPHRASE');
  });

  test('the key is kept in the environment alone, which guards it: every branch could read it in the repository', async () => {
    const { shown } = await init({ ...HOSTS, monitoring: 'monitor1=10.0.0.51' });
    const kept = [...shown.matchAll(/gh secret set (\w+)(.*)/g)].map(([, name, where]) => [name, where]);
    expect(kept.length).toBeGreaterThan(1);
    for (const [, where] of kept) expect(where).toContain('--env production ');
  });

  test('bare machines are set up before they are looked at, those that are there the other way round', async () => {
    const order = (shown: string) => [...shown.matchAll(/^ +buka (\w+) --key/gm)].map(([, command]) => command);
    expect(order((await init(HOSTS)).shown)).toEqual(['doctor', 'provision']);
    await put('id.pub', `ssh-ed25519 ${'A'.repeat(68)} me\n`);
    const { shown } = await init({ ...HOSTS, publicKey: join(folder, 'id.pub'), force: true });
    expect(order(shown)).toEqual(['provision', 'doctor']);
  });

  test('it says what a private repository has to change before its first push', async () => {
    expect((await init(HOSTS)).shown).toContain('provenance: false');
  });

  test('it says so where the branch is not the one that deploy.yml is for', async () => {
    await promisify(execFile)('git', ['-C', folder, 'symbolic-ref', 'HEAD', 'refs/heads/trunk']);
    expect((await init(HOSTS)).shown).toContain('you are on trunk');
  });

  test('hosts behind a jump host are asked for their keys from there', async () => {
    const { shown } = await init({ ...HOSTS, jump: 'bastion=203.0.113.5' });
    expect(shown).toContain('ssh deploy@203.0.113.5 ssh-keyscan 10.0.0.11 >> known_hosts');
  });
});
