import { BukaError } from '../errors';
import { lines, type Script, script, succeeded } from '../remote';
import { type Bytes, bytes, formatBytes, milliseconds, seconds } from '../units';
import { type Finding, HERE, NOT_LET_IN, ok, unchecked, wrong } from './finding';

export interface Disk {
  /** Where it is mounted. */
  readonly on: string;
  /** For the user who is logged in. */
  readonly free: Bytes;
  readonly inodes: number;
}

/** What every host is asked, whatever its role. */
export interface HostFacts {
  /** How far its clock is ahead of this machine's, in milliseconds; right to half a round trip. */
  readonly ahead: number;
  readonly disks: readonly Disk[];
}

const text = String.raw`
echo "now $(date +%s.%N)"
for place in / /var /srv /tmp "$HOME"; do
  [ ! -d "$place" ] || df -B 1 --output=avail,iavail,target -- "$place" | tail -n 1
done
`;

/** @param now of this machine, in milliseconds since 1970 */
export function readHostFacts(now: () => number): Script<HostFacts> {
  const asked = now();
  return script({
    name: 'look at the host',
    text,
    values: {},
    deadline: seconds(20),
    parse(output) {
      const middle = (asked + now()) / 2;
      const [first = '', ...rest] = lines(succeeded(output).stdout);
      const there = Number(/^now (\d+\.\d+)$/.exec(first)?.[1]) * 1000;
      const disks = rest.map(diskOf);
      if (Number.isNaN(there) || disks.length === 0 || disks.some((disk) => disk === undefined))
        throw unreadable(first);
      const unique = new Map(disks.flatMap((disk) => (disk === undefined ? [] : [[disk.on, disk] as const])));
      return { ahead: there - middle, disks: [...unique.values()] };
    },
  });
}

function diskOf(line: string): Disk | undefined {
  const [, free = '', inodes = '', on = ''] = /^\s*(\d+)\s+(\d+|-)\s+(\/.*)$/.exec(line) ?? [];
  if (on === '') return undefined;
  // Some file systems count no inodes.
  return { on, free: bytes(Number(free)), inodes: inodes === '-' ? Number.POSITIVE_INFINITY : Number(inodes) };
}

const unreadable = (seen: string) =>
  new BukaError({ code: 'answer-unreadable', message: 'The host does not tell its time and its disks.', seen });

/** Less than this, and logs and packages fill it before anybody looks again. */
const LEAST_FREE = bytes(256 * 1024 * 1024);
const LEAST_INODES = 1000;

export function diskFinding(host: string, { disks }: HostFacts): Finding {
  const full = disks.filter(({ free, inodes }) => free < LEAST_FREE || inodes < LEAST_INODES);
  const tell = (some: readonly Disk[]) => some.map(({ on, free }) => `${formatBytes(free)} free on ${on}`).join(', ');
  if (full.length === 0) return ok(host, 'disk', tell(disks));
  const [{ on = '/' } = {}] = full;
  const seen = full.map((disk) => `${tell([disk])}, ${disk.inodes} inodes`).join('; ');
  return wrong(host, 'disk', seen, `On ${host}: \`df -h\`, then \`du -xh ${on} | sort -h | tail\``, 'not-enough-disk');
}

/** Histories and ages of backups are compared between machines. */
const MOST_APART = seconds(5);

/**
 * Clocks against each other: where most of the hosts agree, the odd one is wrong, were it this machine.
 * @param ahead milliseconds ahead of this machine, by host; undefined where it wasn't reached
 */
export function clockFindings(ahead: ReadonlyMap<string, number | undefined>): Finding[] {
  const known = [...ahead.values()].filter((one) => one !== undefined);
  if (known.length === 0)
    return [HERE, ...ahead.keys()].map((host) => unchecked(host, 'clock', 'no host was reached to compare with'));
  const middle = known.toSorted((a, b) => a - b)[Math.floor((known.length - 1) / 2)] ?? 0;
  return [
    clock(HERE, -middle, 'the hosts'),
    ...[...ahead].map(([host, one]) =>
      one === undefined ? unchecked(host, 'clock', NOT_LET_IN) : clock(host, one - middle, 'most hosts'),
    ),
  ];
}

function clock(host: string, off: number, against: string): Finding {
  const apart = Math.abs(off);
  if (apart <= MOST_APART) return ok(host, 'clock', `as ${against} have it`);
  const far = `${(milliseconds(apart) / 1000).toFixed(0)} s`;
  const where = host === HERE ? 'Here' : `On ${host}`;
  return wrong(
    host,
    'clock',
    `${far} ${off > 0 ? 'ahead of' : 'behind'} ${against}`,
    `${where}, as root: \`timedatectl set-ntp true\`; \`timedatectl\` tells whether it is synchronised`,
    'clock-off',
  );
}
