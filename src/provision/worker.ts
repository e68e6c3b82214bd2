import type { Cluster, Host } from '../cluster';
import { appUnit } from './app-unit';
import type { OwnFacts } from './facts';
import { environmentFile } from './names';
import { file, folder, type Setup, setup, sudoersFile } from './setup';

/**
 * A machine that runs the app: as an account of its own, which can change nothing of its release; the deploy user brings
 * releases, and may have systemd start, stop and restart this one service. The unit is the team's own where `buka.yml`
 * doesn't say how the app is started.
 */
export function worker(cluster: Cluster, { user }: Host, { deploy }: OwnFacts): Setup {
  const { service, workers } = cluster;
  const { unit, root, port, health, start, packages } = workers;
  const group = deploy?.group ?? user;
  const at = `/etc/systemd/system/${unit}`;
  const environment = environmentFile(cluster);
  const answers = { kind: 'http', port, path: health } as const;
  return setup('worker', {
    claims: [{ path: at }],
    packages: ['sudo', ...packages].map((name) => ({ name })),
    accounts: [{ name: service, home: root, shell: '/usr/sbin/nologin' }],
    users: [user],
    folders: [
      folder(root, { owner: user, group }),
      ...(environment.startsWith(`/etc/${service}/`) ? [folder(`/etc/${service}`)] : []),
    ],
    files: [
      sudoersFile(`/etc/sudoers.d/buka-worker-${service}`, mayRestart(user, unit)),
      ...(start === undefined
        ? []
        : [file(at, appUnit(cluster, start), { tell: { unit, how: 'restart', shownBy: answers } })]),
    ],
    secrets: [
      // Read by systemd as root, and by the migration, which runs as the deploy user.
      { kind: 'environment', path: environment, owner: 'root', group, mode: 0o640, before: `PORT=${port}\n` },
    ],
    enabled: start === undefined ? [] : [unit],
    byHand: start === undefined ? [startMissing(unit)] : [],
  });
}

const startMissing = (unit: string) => ({
  what: unit,
  seen: 'buka.yml does not say how the app is started',
  code: 'start-missing',
  hint: `In buka.yml: \`workers: { start: node dist/server.js }\`, and this makes a unit of it; or write ${unit} yourself: docs/hosts.md.`,
});

/** What a rollout does there as root, word for word; the last one tells from which release the process is. */
const mayRestart = (user: string, unit: string) =>
  [
    ...['start', 'stop', 'restart', 'reset-failed'].map((verb) => `/usr/bin/systemctl ${verb} ${unit}`),
    '/usr/bin/readlink ^/proc/[0-9]+/cwd$',
  ]
    .map((command) => `${user} ALL=(root) NOPASSWD: ${command}\n`)
    .join('');
