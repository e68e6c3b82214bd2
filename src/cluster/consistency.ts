import { isSameAddress } from './formats';
import { nearest, type Path, type Problem, show } from './problems';
import type { ClusterFile } from './schema';

type Sections = Partial<ClusterFile>;

/**
 * The rules between values: hosts that exist, names that are used once, a batch that leaves enough workers.
 * @param hostNames every name under `hosts:`, also where one of them is wrong otherwise.
 */
export function consistencyProblems(sections: Sections, hostNames: readonly string[]): Problem[] {
  return [
    ...unknownHosts(sections, hostNames),
    ...repeated(['load-balancers', 'hosts'], sections['load-balancers']?.hosts),
    ...repeated(['workers', 'hosts'], sections.workers?.hosts),
    ...repeated(['load-balancers', 'backend'], sections['load-balancers']?.backend),
    ...repeated(['release', 'include'], sections.release?.include),
    ...sharedAddresses(sections),
    ...serverNames(sections),
    ...availability(sections),
    ...backedUp(sections),
    ...measured(sections),
  ];
}

const at = (path: Path, message: string): Problem => ({ path, message, at: 'value' });

function unknownHosts(sections: Sections, hostNames: readonly string[]): Problem[] {
  const used: [Path, string][] = [];
  const use = (path: Path, host: string | undefined) => host !== undefined && used.push([path, host]);
  use(['ssh', 'jump'], sections.ssh?.jump);
  for (const role of ['load-balancers', 'workers'] as const) {
    sections[role]?.hosts.forEach((host, index) => {
      use([role, 'hosts', index], host);
    });
  }
  for (const role of ['database', 'backup', 'monitoring'] as const) use([role, 'host'], sections[role]?.host);
  return used
    .filter(([, host]) => !hostNames.includes(host))
    .map(([path, host]) => at(path, `${show(host)} is not a host under hosts; ${nearest(host, hostNames)}`));
}

function repeated(path: Path, values: readonly string[] | undefined): Problem[] {
  return (values ?? []).flatMap((value, index, all) =>
    all.indexOf(value) < index ? [at([...path, index], `${show(value)} is in ${path.join('.')} twice`)] : [],
  );
}

/** One machine under two names would be drained as one and locked as two. */
function sharedAddresses({ hosts = {}, ssh }: Sections): Problem[] {
  const known = Object.entries(hosts).map(([name, value]) => {
    const given = typeof value === 'string' ? { address: value, port: undefined } : value;
    return { name, address: given.address, port: given.port ?? ssh?.port ?? 22 };
  });
  return known.flatMap((host, index) => {
    const twin = known
      .slice(0, index)
      .find(({ address, port }) => port === host.port && isSameAddress(address, host.address));
    return twin ? [at(['hosts', host.name], `${host.name} has the address and port of ${twin.name}`)] : [];
  });
}

function serverNames({ 'load-balancers': balancers, workers }: Sections): Problem[] {
  if (!balancers || !workers) return [];
  const strangers = Object.keys(balancers.servers)
    .filter((worker) => !workers.hosts.includes(worker))
    .map((worker): Problem => {
      const message = `${show(worker)} in load-balancers.servers is not in workers.hosts; ${nearest(worker, workers.hosts)}`;
      return { path: ['load-balancers', 'servers', worker], message, at: 'key' };
    });
  const named = new Map(Object.entries(balancers.servers));
  const owners = new Map<string, string>();
  const shared = workers.hosts.flatMap((worker) => {
    const server = named.get(worker) ?? worker;
    const owner = owners.get(server) ?? worker;
    owners.set(server, owner);
    if (owner === worker) return [];
    const path = ['load-balancers', 'servers', named.has(worker) ? worker : owner];
    return [at(path, `${owner} and ${worker} can't both be the server ${show(server)}`)];
  });
  return [...strangers, ...shared];
}

/**
 * The biggest batch and the canary both leave `min-available` workers in rotation, and at least one; so does one worker
 * that is switched while as many as may be are left out.
 */
function availability({ rollout, workers }: Sections): Problem[] {
  if (!rollout || !workers) return [];
  const total = workers.hosts.length;
  const least = rollout['min-available'] ?? 1;
  const leaves = (key: Path, does: string, away: number): Problem[] => {
    if (total - away >= least) return [];
    const rule = rollout['min-available'] ? `rollout.min-available asks for ${least}` : 'one must stay';
    return [at(['rollout', ...key], `${does}, which leaves ${Math.max(0, total - away)}; ${rule}`)];
  };
  const takes = (key: Path, what: string, away: number) =>
    leaves(key, `${what} takes ${away} of ${total} workers out of rotation`, away);
  const missing = rollout['max-unreachable'];
  return [
    ...takes(['batch'], 'rollout.batch', batchSize(rollout.batch, total)),
    ...takes(['canary', 'hosts'], 'rollout.canary', rollout.canary?.hosts ?? 0),
    ...(missing === 0
      ? []
      : leaves(
          ['max-unreachable'],
          `rollout.max-unreachable leaves out ${missing} of ${total} workers while another one is switched`,
          missing + 1,
        )),
  ];
}

/** A backup is of a database. A section that has a mistake of its own is not judged. */
function backedUp(sections: Sections): Problem[] {
  const { backup, database } = sections;
  if (backup === undefined || !('database' in sections)) return [];
  if (database === undefined)
    return [{ path: ['backup'], message: 'backup needs database: what is it to make backups of?', at: 'key' }];
  if (backup.mode === 'continuous' && database.kind !== 'postgresql')
    return [at(['backup', 'mode'], `only postgresql has backups in continuous mode, ${database.kind} has not`)];
  if (backup.mode === 'continuous' && database.host === backup.host)
    return [at(['backup', 'host'], 'in continuous mode the backup server is another machine than the database host')];
  if (backup.proof === 'nightly' && backup['before-deploy'] === 'no')
    return [
      at(['backup', 'proof'], "only a deploy's backup is left to the night, and with before-deploy: no there is none"),
    ];
  return [];
}

function measured({ monitoring, slo, rollout }: Sections): Problem[] {
  if (monitoring !== undefined) return [];
  const asking: Path[] = [
    ...(slo?.['before-deploy'] === 'checked' ? [['slo', 'before-deploy']] : []),
    ...(rollout?.canary?.['response-time'] === 'app' ? [['rollout', 'canary', 'response-time']] : []),
  ];
  return asking.map((path) =>
    at(path, 'without monitoring there is nobody to ask; name its host: monitoring: { host: … }'),
  );
}

/** All but one batch, and but those that may be left out. */
export function defaultMinAvailable(rollout: ClusterFile['rollout'], workers: number): number {
  return Math.max(1, workers - batchSize(rollout.batch, workers) - rollout['max-unreachable']);
}

/** A share is rounded down, and is one worker at least. */
function batchSize(batch: ClusterFile['rollout']['batch'], workers: number): number {
  return 'hosts' in batch ? batch.hosts : Math.max(1, Math.floor((workers * batch.percent) / 100));
}
