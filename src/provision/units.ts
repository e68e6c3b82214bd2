import { BACKUP_ACCOUNT, BACKUP_HOME, BACKUP_PROGRAM } from './names';
import { file, type ManagedFile } from './setup';

/** Templates, so that every service on the server has its own. */
const RECEIVE = 'buka-backup-receive';

type Mode = 'dump' | 'continuous';

export const backupUnits = (mode: Mode): ManagedFile[] => [
  ...jobUnits(),
  ...(mode === 'continuous' ? [file(`/etc/systemd/system/${RECEIVE}@.service`, receiver)] : []),
];

const jobUnits = (): ManagedFile[] =>
  jobs.flatMap(({ unit, title, verb, when }) => [
    file(`/etc/systemd/system/${unit}@.service`, service(title, verb)),
    file(`/etc/systemd/system/${unit}@.timer`, timer(title, when)),
  ]);

export const unitsOf = (service: string, mode: Mode): string[] => [
  ...jobs.map(({ unit }) => `${unit}@${service}.timer`),
  ...(mode === 'continuous' ? [`${RECEIVE}@${service}.service`] : []),
];

const jobs = [
  { unit: 'buka-backup', title: 'Nightly backup', verb: 'nightly', when: '*-*-* 02:30' },
  { unit: 'buka-backup-verify', title: 'Weekly full read of the backups', verb: 'verify', when: 'Sun *-*-* 04:30' },
];

// The program ends what it has started by itself when it is told to stop: restic leaves a lock behind on SIGTERM.
const service = (title: string, verb: string) => `[Unit]
Description=${title} of %i
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=${BACKUP_ACCOUNT}
ExecStart=${BACKUP_PROGRAM} ${verb} %i
KillMode=mixed
TimeoutStopSec=60
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${BACKUP_HOME}
`;

// Persistent: a server that was off at that hour makes up for it when it is on again.
const timer = (title: string, when: string) => `[Unit]
Description=${title} of %i

[Timer]
OnCalendar=${when}
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
`;

// It tries again by itself, and ends only where the mode is another one now; an older program is replaced with the file.
const receiver = `[Unit]
Description=Receiving the write-ahead log of %i for the backups
Wants=network-online.target
After=network-online.target

[Service]
User=${BACKUP_ACCOUNT}
ExecStart=${BACKUP_PROGRAM} receive %i
Restart=on-failure
RestartSec=5
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths=${BACKUP_HOME}

[Install]
WantedBy=multi-user.target
`;
