import { withPrefix } from '../addresses';
import { homeOf, primaryGroup } from './accounts';
import { file, folder, type SeedContext, type SeedEntry, unit } from './seed';

/** What every machine has: a name, an id, an address, and an sshd with a key that is known beforehand. */
export function common(context: SeedContext): SeedEntry[] {
  const { machine, machines, accounts, subnets } = context;
  const home = homeOf(accounts, machine.user);
  const owner = { owner: machine.user, group: primaryGroup(accounts, machine.user) };
  const names = machines.map(({ address, host }) => `${address} ${host}`);
  return [
    file('/etc/passwd', accounts.passwd),
    file('/etc/group', accounts.group),
    file('/etc/shadow', accounts.shadow, { mode: 0o640, group: 'shadow' }),
    file('/etc/hostname', `${machine.host}\n`),
    file('/etc/hosts', ['127.0.0.1 localhost', '::1 localhost', ...names, ''].join('\n')),
    file('/etc/machine-id', `${context.machineId}\n`, { mode: 0o444 }), // without one, systemd would run first-boot presets
    file('/etc/ssh/ssh_host_ed25519_key', context.hostKey.private, { mode: 0o600 }),
    file('/etc/ssh/ssh_host_ed25519_key.pub', context.hostKey.public),
    file('/etc/ssh/sshd_config.d/lab.conf', sshd(machine.port)),
    folder(home, { ...owner, mode: 0o700 }),
    folder(`${home}/.ssh`, { ...owner, mode: 0o700 }),
    file(`${home}/.ssh/authorized_keys`, context.deployKey, { ...owner, mode: 0o600 }),
    ...unit('lab-address.service', address(machine.address, subnets.all)),
  ];
}

const sshd = (port: number) => `Port ${port}
HostKey /etc/ssh/ssh_host_ed25519_key
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
`;

// Routes to the cluster's own subnets only: a lab has no way out.
const address = (own: string, subnets: readonly string[]) => `[Unit]
Description=The address of this machine
DefaultDependencies=no
Wants=network.target
Before=network.target network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/sbin/ip link set host0 up
ExecStart=/sbin/ip address replace ${withPrefix(own)} dev host0${own.includes(':') ? ' nodad' : ''}
${subnets.map((subnet) => `ExecStart=/sbin/ip route replace ${subnet} dev host0`).join('\n')}

[Install]
WantedBy=multi-user.target
`;
