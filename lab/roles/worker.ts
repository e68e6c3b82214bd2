import { file, folder, type SeedContext, type SeedEntry, unit } from './seed';

/** A systemd service for the app, its environment, the folder for its releases, and what the deploy user may do. */
export function worker({ cluster, machine, databaseUrl }: SeedContext): SeedEntry[] {
  const { service, workers } = cluster;
  const owner = { owner: machine.user, group: machine.user };
  const envFile = workers.envFile ?? `/etc/${service}/env`;
  const env = [`PORT=${workers.port}`, 'NODE_ENV=production', ...(databaseUrl ? [`DATABASE_URL=${databaseUrl}`] : [])];
  return [
    folder(workers.root, owner),
    // Read by systemd as root, and by the migration, which runs as the deploy user.
    file(envFile, `${env.join('\n')}\n`, { mode: 0o640, group: machine.user }),
    file(`/etc/sudoers.d/${service}`, sudoers(machine.user, workers.unit), { mode: 0o440 }),
    ...unit(workers.unit, service_(service, workers.root, envFile)),
  ];
}

const service_ = (service: string, root: string, envFile: string) => `[Unit]
Description=${service}
After=network-online.target
ConditionPathExists=${root}/current
StartLimitIntervalSec=0

[Service]
User=${service}
WorkingDirectory=${root}/current
EnvironmentFile=${envFile}
ExecStart=/usr/local/bin/node dist/server.js
KillMode=mixed
TimeoutStopSec=60
Restart=on-failure
RestartSec=1

[Install]
WantedBy=multi-user.target
`;

const sudoers = (user: string, unitName: string) =>
  [
    ...['start', 'stop', 'restart', 'reset-failed'].map((verb) => `/usr/bin/systemctl ${verb} ${unitName}`),
    '/usr/bin/readlink ^/proc/[0-9]+/cwd$',
  ]
    .map((command) => `${user} ALL=(root) NOPASSWD: ${command}\n`)
    .join('');
