import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BukaError } from '../src/errors';
import { exec, must } from './exec';

/** The programs that a lab needs on the machine it runs on, and the Debian packages that bring them. */
const toolsOfLab: Readonly<Record<string, string>> = {
  debootstrap: 'debootstrap',
  'systemd-nspawn': 'systemd-container',
  ip: 'iproute2',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  flock: 'util-linux',
  mount: 'mount',
  awk: 'mawk',
  perl: 'perl-base',
};

const searchPath = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

const isInstalled = (program: string): boolean =>
  searchPath.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** @throws BukaError `lab-needs-root` */
export function needRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new BukaError({
    code: 'lab-needs-root',
    step: 'lab',
    message: 'The lab makes namespaces, mounts and a network, and only root may do that.',
    left: 'Nothing was changed.',
    hint: 'sudo npm run lab -- …',
  });
}

/**
 * Installs what is missing, with apt, starting none of it.
 * @param tools programs, and the Debian packages that bring them
 * @throws BukaError `lab-unsupported` where there is no apt, `lab-command-failed` with what apt said.
 */
export async function ensureTools(say: (line: string) => void, tools = toolsOfLab): Promise<void> {
  const missing = Object.keys(tools).filter((program) => !isInstalled(program));
  if (missing.length === 0) return;
  if (!isInstalled('apt-get')) {
    throw new BukaError({
      code: 'lab-unsupported',
      step: 'lab',
      message: 'The lab runs on Debian and Ubuntu; elsewhere it does not know how to install what it misses.',
      seen: `missing: ${missing.join(', ')}`,
      left: 'Nothing was changed.',
    });
  }
  const packages = [...new Set(missing.flatMap((program) => tools[program] ?? []))];
  say(`installing ${packages.join(', ')} on this machine with apt (for: ${missing.join(', ')})`);
  await withoutStarting(async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = ['-q', '-y', '--no-install-recommends', 'install', ...packages];
    if ((await exec('apt-get', install, { env })).status === 0) return;
    await must('apt-get', ['-q', 'update'], { env }); // the package lists are absent or old
    await must('apt-get', install, { env });
  });
}

/** Packages ask policy-rc.d before they start a daemon; 101 means no (Debian Policy, 9.3.3.1 and invoke-rc.d(8)). */
async function withoutStarting(install: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await install();
  } finally {
    rmSync(policy);
  }
}
