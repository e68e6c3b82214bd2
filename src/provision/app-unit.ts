import type { Cluster } from '../cluster';
import { environmentFile } from './names';
import { MARK } from './setup';

/**
 * The app's systemd unit. What the app may do is what a web application needs: listen, connect, read its release, write
 * in /var/lib/<service> and a /tmp of its own. What is too narrow for an app is widened in a file of the team's in
 * `<unit>.d`, which Buka leaves alone. There is no MemoryDenyWriteExecute: engines that compile as they run need both.
 */
export const appUnit = (cluster: Cluster, start: readonly string[]): string => {
  const { service, workers } = cluster;
  const isPrivileged = workers.port < 1024;
  return `${MARK}
[Unit]
Description=${service}
Wants=network-online.target
After=network-online.target
ConditionPathExists=${workers.root}/current
StartLimitIntervalSec=0

[Service]
User=${service}
WorkingDirectory=${workers.root}/current
EnvironmentFile=${environmentFile(cluster)}
ExecStart=${command(start, `${workers.root}/current`)}
KillMode=mixed
TimeoutStopSec=60
Restart=on-failure
RestartSec=1
StateDirectory=${service}
UMask=0027
NoNewPrivileges=yes
CapabilityBoundingSet=${isPrivileged ? 'CAP_NET_BIND_SERVICE' : ''}
AmbientCapabilities=${isPrivileged ? 'CAP_NET_BIND_SERVICE' : ''}
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
};

/** As systemd reads it (systemd.service(5), "COMMAND LINES"). A program's name is looked for where systemd looks. */
function command([program = '', ...words]: readonly string[], folder: string): string {
  const isOfRelease = program.includes('/') && !program.startsWith('/');
  return [isOfRelease ? `${folder}/${program.replace(/^\.\//, '')}` : program, ...words.map(quoted)].join(' ');
}

/** Quoted where it has to be; a percent sign and a dollar sign would be specifiers and variables. */
function quoted(word: string): string {
  const literal = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (/^[A-Za-z0-9_./:=,@%$+-]+$/.test(literal)) return literal;
  const escaped = literal.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}
