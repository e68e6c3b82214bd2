import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../lab';
import { must } from '../../lab/exec';

/** What a host can be that the lab's own are not. */
export interface Oddity {
  readonly shell: '/usr/bin/fish' | '/bin/dash' | '/bin/bash';
  /** How far its clock is ahead of the others', as libfaketime writes it. */
  readonly clock: '+10m' | '-10m' | '+0';
}

/** fish, libfaketime and the Indonesian of the tools that scripts call. */
const packages = [
  ...['fish', 'fish-common', 'libpcre2-32-0', 'libfaketime', 'locales'],
  ...['coreutils', 'findutils', 'grep', 'libc-l10n', 'sed', 'systemd', 'tar'],
];

/**
 * One archive with all of it, made once from this machine's own apt, beside the lab's base. The tests run in the lab's
 * network, from which nothing leads out, so apt runs in the network that the lab was entered from.
 */
async function oddFiles(): Promise<Buffer> {
  const folder = join(process.env.XDG_CACHE_HOME || '/var/cache', 'buka-lab', 'odd-hosts');
  const archive = join(folder, 'files.tar');
  if (!existsSync(archive)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const text = String.raw`set -eu; cd "$1"; shift
      outside=$$
      while [ "$outside" -gt 1 ] && [ "$(readlink "/proc/$outside/ns/net")" = "$(readlink /proc/self/ns/net)" ]; do
        outside=$(ps -o ppid= -p "$outside" | tr -d ' ')
      done
      apt() { nsenter --target "$outside" --net apt-get -q -o APT::Sandbox::User=root "$@"; }
      apt download "$@" || { apt update; apt download "$@"; }
      mkdir whole tree
      for package in *.deb; do dpkg-deb -x "$package" whole; done
      mkdir -p tree/usr/lib/locale tree/usr/share/locale
      cp -a whole/usr/share/locale/id tree/usr/share/locale/
      cp -a whole/usr/share/fish tree/usr/share/
      mkdir tree/usr/bin; cp -a whole/usr/bin/fish tree/usr/bin/
      for file in $(cd whole && find usr/lib -name 'libpcre2-32*' -o -name 'libfaketime.so.1'); do
        mkdir -p "tree/$(dirname "$file")"; cp -a "whole/$file" "tree/$file"
      done
      I18NPATH=$PWD/whole/usr/share/i18n localedef -i id_ID -f UTF-8 "$PWD/tree/usr/lib/locale/id_ID.utf8"
      tar -c --owner=0 --group=0 -f files.tar.new -C tree .
      rm -r whole tree ./*.deb
      mv files.tar.new files.tar`;
    await must('sh', ['-c', text, 'sh', folder, ...packages]);
  }
  return readFileSync(archive);
}

const banner = 'echo SELAMAT DATANG; echo "buka-lane unusable, kata mesin ini"; echo PERINGATAN >&2';

/** Makes hosts of the lab odd. Their users have to log in anew. */
export async function makeOdd(lab: Lab, oddities: Readonly<Record<string, Oddity>>): Promise<void> {
  const files = await oddFiles();
  await Promise.all(
    Object.entries(oddities).map(async ([host, { shell, clock }]) => {
      await onHost(lab, host, 'tar -x --no-same-owner --keep-directory-symlink -C / -f -', files);
      await onHost(
        lab,
        host,
        `set -e
        usermod -s ${shell} deploy
        mkdir -p /home/deploy/.config/fish /home/deploy/.ssh
        # bash and fish read a file of theirs at every login; of dash sshd itself does it.
        case ${shell} in
          */fish) echo '${banner}' > /home/deploy/.config/fish/config.fish ;;
          */bash) echo '${banner}' > /home/deploy/.bashrc ;;
          *) echo '${banner}' > /home/deploy/.ssh/rc ;;
        esac
        echo LANG=id_ID.UTF-8 > /etc/default/locale
        preload=$(find /usr/lib -name libfaketime.so.1)
        echo "SetEnv LD_PRELOAD=$preload FAKETIME=${clock} DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1" > /etc/ssh/sshd_config.d/odd.conf
        mount -t tmpfs -o noexec,nosuid,nodev,mode=1777 tmpfs /tmp
        systemctl reload ssh`,
      );
    }),
  );
}

/** As they were. */
export async function makeOrdinary(lab: Lab, hosts: readonly string[]): Promise<void> {
  await Promise.all(
    hosts.map((host) =>
      onHost(
        lab,
        host,
        `rm -rf /etc/ssh/sshd_config.d/odd.conf /etc/default/locale /home/deploy/.config /home/deploy/.bashrc /home/deploy/.ssh/rc
        usermod -s /bin/bash deploy; umount /tmp; systemctl reload ssh`,
      ),
    ),
  );
}

/** What the host's user gets who logs in with ssh(1) and has `command` run by the login shell. */
export async function logIn(lab: Lab, host: string, command: string): Promise<{ stdout: string; stderr: string }> {
  const { status, stdout, stderr } = await lab.execInNetwork(['ssh', ...lab.sshArguments(host, [command])]);
  if (status === 255) throw new Error(`${host}: ${stderr}`); // ssh's own: nobody was let in
  return { stdout, stderr };
}

async function onHost(lab: Lab, host: string, text: string, input?: Uint8Array): Promise<void> {
  const { status, stderr } = await lab.shell(host, text, { input });
  if (status !== 0) throw new Error(`${host}: ${stderr}`);
}
