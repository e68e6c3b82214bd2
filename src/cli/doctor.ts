import { join, resolve } from 'node:path';
import { type Cluster, loadCluster } from '../cluster';
import { checkHosts, type Finding, failed, foreseen, ghSecrets, HERE, ok, secretFindings, unchecked } from '../doctor';
import { BukaError } from '../errors';
import { readWorkflows } from '../init';
import { printable } from '../printable';
import { Connections, type Credentials, loginKeys } from '../remote';
import type { AppOptions } from './commands';
import { type HostOptions, readKnownHosts, readLogin, terminalRun } from './context';
import { OK, USAGE } from './exit-status';
import type { Output } from './output';

export interface DoctorReport {
  /** Nothing is wrong; what could not be checked yet may be. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

export async function doctorCommand(options: AppOptions & HostOptions, out: Output): Promise<number> {
  const folder = resolve(options.workingDirectory);
  const secrets = readWorkflows(join(folder, '.github', 'workflows')).then((workflows) =>
    secretFindings(workflows, process.env, ghSecrets(folder)),
  );
  const findings = [...(await checkCluster(options, out)), ...(await secrets)];
  const report: DoctorReport = { ok: findings.every(({ verdict }) => verdict !== 'wrong'), findings };
  out.end();
  out.result(report, doctorText);
  // As `provision --check` does, so that a script can tell what is wrong from a doctor that failed.
  return report.ok ? OK : USAGE;
}

async function checkCluster(options: AppOptions & HostOptions, out: Output): Promise<Finding[]> {
  const file = join(options.workingDirectory, options.config);
  const cluster = await loadCluster(file).catch(foreseen);
  const [login, knownHosts] = await Promise.all([
    readLogin(options).catch(foreseen),
    readKnownHosts(options).catch(foreseen),
  ]);
  // Without known hosts no host is spoken to, but each tells which key it shows.
  const known = knownHosts instanceof BukaError ? '' : knownHosts;
  const keys = login instanceof BukaError ? login : await loginKeys({ ...login, knownHosts: known }).catch(foreseen);
  const own = [
    cluster instanceof BukaError
      ? failed(HERE, 'buka.yml', cluster)
      : ok(HERE, 'buka.yml', `${file}: ${cluster.service}, ${cluster.hosts.size} hosts`),
    keys instanceof BukaError ? failed(HERE, 'key', keys) : ok(HERE, 'key', keys),
    knownHosts instanceof BukaError ? failed(HERE, 'known hosts', knownHosts) : ok(HERE, 'known hosts', 'can be read'),
  ];
  if (cluster instanceof BukaError) return [...own, unchecked(HERE, 'hosts', 'buka.yml does not tell them')];
  if (keys instanceof BukaError || login instanceof BukaError)
    return [
      ...own,
      ...[...cluster.hosts.keys()].map((host) => unchecked(host, 'reachable', 'there is no key to log in with')),
    ];
  return [...own, ...(await asked(cluster, { ...login, knownHosts: known }, out))];
}

async function asked(cluster: Cluster, credentials: Credentials, out: Output): Promise<Finding[]> {
  const { reporter } = out;
  const connections = new Connections(credentials);
  try {
    return await reporter.group(`Asking ${cluster.hosts.size} hosts`, () =>
      checkHosts({
        cluster,
        reporter,
        remote: connections.to.bind(connections),
        dial: connections.dial.bind(connections),
        knownHosts: credentials.knownHosts,
        run: terminalRun(),
        now: Date.now,
      }),
    );
  } finally {
    await connections.leave();
  }
}

const words = { ok: 'ok', wrong: 'WRONG', unchecked: 'not checked' };

/** A line a finding, host after host, and below what isn't well what to do about it. */
export function doctorText({ findings }: DoctorReport): string {
  const shown = [...Map.groupBy(findings, ({ host }) => host).values()].flatMap(merged);
  const width = (cells: readonly string[]) => Math.max(...cells.map((cell) => cell.length));
  const verdicts = width(Object.values(words));
  const hosts = width(shown.map(({ host }) => host));
  const whats = width(shown.filter(({ verdict }) => verdict !== 'unchecked').map(({ what }) => what));
  const lines = shown.flatMap(({ host, what, verdict, seen, next }) => [
    `${words[verdict].padEnd(verdicts)}  ${host.padEnd(hosts)}  ${what.padEnd(whats)}  ${indented(seen)}`,
    ...(next === undefined ? [] : [`${' '.repeat(verdicts)}    next: ${indented(next)}`]),
  ]);
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length;
  const [bad, open] = [count('wrong'), count('unchecked')];
  const end = `${count('ok')} ok, ${bad} wrong, ${open} not checked`;
  return [...lines, bad > 0 ? `${end}. Mend what is wrong, from the top, and run it again.` : `${end}.`]
    .map(printable)
    .join('\n');
}

/** What one cause kept from being checked is one line. */
function merged(findings: readonly Finding[]): Finding[] {
  const cause = ({ verdict, seen, next = '' }: Finding) => (verdict === 'unchecked' ? `${seen} ${next}` : {});
  return [...Map.groupBy(findings, cause).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, what: [first, ...others].map(({ what }) => what).join(', ') }],
  );
}

const indented = (text: string) => text.replace(/\n/g, '\n      ');
