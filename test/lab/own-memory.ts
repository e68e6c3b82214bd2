import type { Ground } from './rollout-ground';

/**
 * A machine of the lab shows the memory of the machine that it is on. With this it shows its own for a while: what its
 * cgroup is allowed and has, of either version (kernel's cgroup-v1/memory.rst and cgroup-v2.rst), as free(1) reckons.
 */
export class OwnMemory {
  constructor(
    private readonly ground: Ground,
    private readonly host: string,
  ) {}

  async show(): Promise<void> {
    await this.#root(String.raw`cat >/root/own-memory <<'PROGRAM'
cd /sys/fs/cgroup/memory 2>/dev/null || cd /sys/fs/cgroup
while :; do
  total=$(cat memory.max memory.limit_in_bytes 2>/dev/null)
  used=$(cat memory.current memory.usage_in_bytes 2>/dev/null)
  cached=$(awk '$1 == "inactive_file" || $1 == "total_inactive_file" { last = $2 } END { print last }' memory.stat)
  printf 'MemTotal: %20d kB\nMemAvailable: %20d kB\n' $((total / 1024)) $(((total - used + cached) / 1024)) 1<>/run/own-memory
  sleep 1
done
PROGRAM
systemd-run -q --unit=own-memory /bin/sh /root/own-memory
sleep 2
mount --bind /run/own-memory /proc/meminfo`);
  }

  /** Fills it up to 3 % of the whole. */
  fill = () =>
    this.#root(String.raw`
bytes=$(awk '{ kib[$1] = $2 } END { printf "%d", 1024 * (kib["MemAvailable:"] - 0.03 * kib["MemTotal:"]) }' /proc/meminfo)
systemd-run -q --unit=fill-memory /bin/sh -c "{ head -c $bytes /dev/zero; sleep 600; } | tail >/dev/null"`);

  free = () => this.#root('systemctl stop fill-memory');

  giveBack = () =>
    this.#root(`systemctl stop fill-memory own-memory 2>/dev/null
      umount /proc/meminfo; rm -f /root/own-memory /run/own-memory`);

  #root = (text: string) => this.ground.root(this.host, text);
}
