import { deploy, rollback } from '../../src/rollout';
import { clusterOf, r1, r2 } from './ground';
import { ObedientHosts } from './obedient-hosts';

const [before, after] = ['a'.repeat(40), 'b'.repeat(40)];

/** Without a database: nothing here is about backups. */
const ground = (staged = [r1]) => {
  const worker = { active: r1, running: r1, staged, commits: { [r1]: before, [r2]: after } };
  return new ObedientHosts({ worker1: worker, worker2: worker, worker3: worker }, clusterOf());
};

it('a deploy tells the whole commits of the release that ran, and of the one in the archive', async () => {
  const hosts = ground();
  const archive = hosts.archive(r2, []);
  const given = { ...archive, manifest: { ...archive.manifest, commit: after } };
  const report = await deploy(hosts.context, given, { dryRun: true });
  expect(report).toMatchObject({ outcome: 'planned', from: r1, to: r2, commits: { from: before, to: after } });
});

it('a rollback tells both as the workers have them, and a release from outside a repository has none', async () => {
  const report = await rollback(ground([r1, r2]).context, { to: r2, dryRun: true });
  expect(report).toMatchObject({ outcome: 'planned', from: r1, to: r2, commits: { from: before, to: after } });
  const hosts = ground();
  const outside = await deploy(hosts.context, hosts.archive(r2, []), { dryRun: true });
  expect(outside).toMatchObject({ outcome: 'planned', commits: { from: before, to: undefined } });
});
