import { isIP } from 'node:net';
import type { Cluster, Host } from '../cluster';
import type { OwnFacts } from './facts';
import { BACKUP_HOME } from './names';
import { type Account, file, folder, MARK, type Setup, setup } from './setup';

const EXPORTER = 'prometheus-node-exporter';

/** What each host has, whatever its roles: the deploy user, and what tells the monitoring host how the machine is. */
export function everyHost(cluster: Cluster, host: Host, own: OwnFacts): Setup {
  const parts = [...deployUser(cluster, host, own), ...exporter(cluster, host)];
  return setup('every', {
    packages: parts.flatMap(({ packages = [] }) => packages),
    accounts: parts.flatMap(({ accounts = [] }) => accounts),
    folders: parts.flatMap(({ folders = [] }) => folders),
    files: parts.flatMap(({ files = [] }) => files),
    units: parts.flatMap(({ units = [] }) => units),
  });
}

type Part = Partial<Omit<Setup, 'role'>>;

/** Whose key is in `buka.yml` may log in as it, and nobody else; it has no password, and is in no group of root's. */
function deployUser({ authorizedKeys }: Cluster, { user }: Host, { deploy }: OwnFacts): Part[] {
  if (authorizedKeys === undefined) return [];
  const home = deploy?.home ?? `/home/${user}`;
  const place = { owner: user, group: deploy?.group ?? user };
  const account: Account = { name: user, home, shell: '/bin/sh', login: true };
  return [
    {
      packages: [{ name: 'openssh-server' }],
      accounts: [account],
      folders: [folder(`${home}/.ssh`, { ...place, mode: 0o700 })],
      files: [
        file(`${home}/.ssh/authorized_keys`, authorizedKeys.map((key) => `${key}\n`).join(''), {
          ...place,
          mode: 0o600,
        }),
      ],
    },
  ];
}

/**
 * Prometheus's node exporter, which tells nothing to anyone but the monitoring host: the kernel drops what comes from
 * elsewhere (systemd.resource-control(5), `IPAddressDeny`), where it can and where that host has an address.
 */
function exporter({ monitoring, backup }: Cluster, host: Host): Part[] {
  if (monitoring === undefined) return [];
  const tell = { unit: `${EXPORTER}.service`, how: 'restart' } as const;
  const { address } = monitoring.host;
  const metrics = backup?.host.name === host.name ? `--collector.textfile.directory=${BACKUP_HOME}/metrics` : '';
  const from = isIP(address) ? `IPAddressDeny=any\nIPAddressAllow=localhost ${address}\n` : '';
  return [
    {
      packages: [{ name: EXPORTER }],
      files: [
        file(`/etc/systemd/system/${EXPORTER}.service.d/buka.conf`, `${MARK}\n[Service]\n${from}`, { tell }),
        file(`/etc/default/${EXPORTER}`, `${MARK}\nARGS="${metrics}"\n`, { tell }),
      ],
      units: [`${EXPORTER}.service`],
    },
  ];
}
