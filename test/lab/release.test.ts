import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { attachLab } from '../../lab';
import { activate, markGood, observeReleases, prune, stage } from '../../src/release';
import { Connections, type Remote } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { seconds } from '../../src/units';
import { archiveOf, type Tree } from '../release/trees';

jest.setTimeout(120_000);

const lab = attachLab();
const { hosts } = lab.cluster.workers;
/** Beside the service's own releases, on the same disk and of the same user. */
const root = `${lab.cluster.workers.root}/rehearsal`;
const app: Tree = {
  'dist/server.js': { file: 'one' },
  'dist/big': { file: randomBytes(3_000_000) },
  'dist/-rf "x" \\ ü': { file: '#!/bin/sh', mode: 0o755 },
  'dist/empty': { folder: 0o555 },
  'dist/run': { link: 'server.js' },
};

let connections: Connections;
const connect = () =>
  new Connections(
    { privateKey: readFileSync(lab.privateKeyFile, 'utf8'), knownHosts: readFileSync(lab.knownHostsFile, 'utf8') },
    { keepalive: seconds(1) },
  );
const worker = async (): Promise<Remote> => {
  const [host] = hosts;
  if (!host) throw new Error('the lab has no worker');
  return connections.to(host);
};
const as = async (text: string) => (await lab.shell('worker1', `cd ${root} && ${text}`)).stdout.trim();
const kept = async () => (await as('ls -A releases')).split('\n').filter(Boolean);
const put = async (remote: Remote, tree: Tree) => stage(remote, root, await archiveOf(tree), new RecordingReporter());
const onAll = <Result>(work: (remote: Remote) => Promise<Result>) =>
  Promise.all(hosts.map(async (host) => work(await connections.to(host))));

beforeEach(async () => {
  connections = connect();
  for (const { name } of hosts) await lab.shell(name, `rm -rf ${root}; install -d -o deploy -g deploy ${root}`);
});
afterEach(() => connections.close());
afterAll(async () => {
  for (const { name } of hosts) await lab.shell(name, `umount ${root}/releases 2>/dev/null; rm -rf ${root}`);
});

it('a release comes to all workers at once, and the next one takes only its changed file', async () => {
  const first = await archiveOf(app);
  const next = await archiveOf({ ...app, 'dist/server.js': { file: 'two' } });
  const reporter = new RecordingReporter();
  for (const { files } of await onAll((remote) => stage(remote, root, first, reporter))) expect(files).toBe(3);
  await onAll((remote) => remote.run(activate(root, first.id)));
  await onAll((remote) => remote.run(markGood(root, first.id)));

  for (const { files, reused, sent } of await onAll((remote) => stage(remote, root, next, reporter))) {
    expect({ files, reused }).toEqual({ files: 1, reused: 2 });
    expect(sent).toBeLessThan(2000);
  }
  await onAll((remote) => remote.run(activate(root, next.id)));
  await onAll((remote) => remote.run(markGood(root, next.id)));
  for (const { active, staged } of await onAll((remote) => remote.run(observeReleases(root)))) {
    expect(active).toBe(next.id);
    expect(staged.map(({ id, good }) => [id, good])).toEqual(
      expect.arrayContaining([
        [first.id, true],
        [next.id, true],
      ]),
    );
  }
  expect(await onAll((remote) => remote.run(prune(root, { keep: 0, protect: [] })))).toEqual([[], [], []]);
});

it('the app’s own user can read the release, and change none of it', async () => {
  const archive = await archiveOf(app);
  await stage(await worker(), root, archive, new RecordingReporter());
  await (await worker()).run(activate(root, archive.id));
  const { service } = lab.cluster;
  expect(await as(`runuser -u ${service} -- cat current/dist/run`)).toBe('one');
  expect(await as(`find releases ! -user deploy -print`)).toBe('');
  expect(await as(`runuser -u ${service} -- sh -c 'echo x > current/dist/server.js' 2>&1`)).toMatch(
    'Permission denied',
  );
});

it('a full disk is told before anything changes, and is no obstacle once it is cleared', async () => {
  const old = await archiveOf(app);
  await stage(await worker(), root, old, new RecordingReporter());
  await lab.fillDisk('worker1');
  try {
    await expect(put(await worker(), { ...app, new: { file: 'x' } })).rejects.toMatchObject({
      failure: { code: 'not-enough-disk', host: 'worker1', left: 'Nothing was changed.' },
    });
    expect(await kept()).toEqual([old.id]);
  } finally {
    await lab.freeDisk('worker1');
  }
  expect(await put(await worker(), { ...app, new: { file: 'x' } })).toMatchObject({ files: 1 });
});

it('a read-only disk and a folder of another user are named as such', async () => {
  await as('mkdir releases && mount -t tmpfs -o ro none releases');
  await expect(put(await worker(), app)).rejects.toMatchObject({ failure: { code: 'read-only-file-system' } });
  await as('umount releases && chown root releases');
  await expect(put(await worker(), app)).rejects.toMatchObject({ failure: { code: 'permission-denied' } });
});

it('a file that root put into an older release is only sent once more', async () => {
  const old = await archiveOf(app);
  await stage(await worker(), root, old, new RecordingReporter());
  await as(`chown root:root releases/${old.id}/tree/dist/big`);
  expect(await put(await worker(), { ...app, 'dist/server.js': { file: 'two' } })).toMatchObject({
    files: 2,
    reused: 1,
  });
});

/** Runs `harm` once a part of an upload is on the worker's disk; the upload must fail. */
async function inMidUpload(harm: () => Promise<void>, mend: () => Promise<void>): Promise<void> {
  const old = await archiveOf(app);
  await stage(await worker(), root, old, new RecordingReporter());
  const tree: Tree = { ...app, 'dist/a-first': { file: 'x' }, 'dist/huge': { file: randomBytes(60_000_000) } };
  const archive = await archiveOf(tree);
  const staging = stage(await worker(), root, archive, new RecordingReporter()).then(
    () => 'staged',
    ({ failure }) => failure?.code,
  );
  while ((await as('find releases -name huge -size +1M')) === '') await new Promise((done) => setTimeout(done, 20));
  await harm();
  expect(['connection-lost', 'connections-closed']).toContain(await staging);
  await mend();
  await lab.waitForSsh(['worker1']);
  expect((await kept()).filter((name) => !name.startsWith('.'))).toEqual([old.id]);

  await connections.close();
  connections = connect();
  expect(await stage(await worker(), root, archive, new RecordingReporter())).toMatchObject({ files: 2, reused: 3 });
  expect((await kept()).sort()).toEqual([old.id, archive.id].sort());
}

it('a network that breaks in mid-upload leaves no half release, and running again finishes', () =>
  inMidUpload(
    () => lab.cut('worker1'),
    () => lab.heal('worker1'),
  ));

it('a worker that loses power in mid-upload has no half release afterwards, and running again finishes', () =>
  inMidUpload(
    () => lab.powerOff('worker1'),
    () => lab.powerOn('worker1'),
  ));

it('a runner that dies in mid-upload leaves nothing but a folder that the next run removes', () =>
  inMidUpload(
    () => connections.close(),
    async () => {},
  ));
