import { fields, type Script, script, succeeded } from '../../remote';
import { type Duration, seconds } from '../../units';

/**
 * What makes an incident on a machine, as root there. What has to be put back is given to systemd before anything
 * happens: `RuntimeMaxSec` ends the unit that holds the incident, and its `ExecStopPost` puts back, also when the unit
 * was killed (systemd.service(5)); a reboot puts back as well, since none of it is kept.
 */
const head = String.raw`
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
hold() { # TEXT [ITS $1]; systemd itself would replace a variable in braces
  text=$1; shift
  systemctl -q reset-failed buka-drill.service 2>/dev/null || :
  systemd-run -q --unit=buka-drill --property=RuntimeMaxSec="$lasts" --property=ExecStopPost="$back" -- /bin/sh -c "$text" sh "$@"
}
`;

const inSeconds = (lasts: Duration) => String(Math.ceil(lasts / 1000));
const ofUnit = (unit: string, lasts: Duration, back: string) => ({ unit, lasts: inSeconds(lasts), back });

/** Ends the app as a crash would: it gets no chance to finish. Where systemd doesn't start it again, the unit does at its end. */
export const crash = (unit: string, lasts: Duration): Script<void> =>
  script({
    name: 'crash',
    text: `${head}hold 'exec sleep 86400'\nsystemctl kill -s KILL -- "$unit"\n`,
    values: ofUnit(unit, lasts, `-/bin/systemctl start ${unit}`),
    deadline: seconds(20),
  });

/** Ends the app as a crash would, and keeps it from being started again before its time. */
export const down = (unit: string, lasts: Duration): Script<void> =>
  script({
    name: 'down',
    text: `${head}hold 'exec sleep 86400'\nsystemctl kill -s KILL -- "$unit"\nsystemctl stop -- "$unit"\n`,
    values: ofUnit(unit, lasts, `-/bin/systemctl start ${unit}`),
    deadline: seconds(20),
  });

export const start = (unit: string): Script<void> =>
  script({
    name: 'start',
    text: `${head}systemctl stop buka-drill.service 2>/dev/null || :\nsystemctl start -- "$unit"\n`,
    values: { unit },
    deadline: seconds(90),
  });

/** Stops and continues all processes of the app in turn: each answer waits, and none fails for it. */
export const slow = (unit: string, lasts: Duration): Script<void> =>
  script({
    name: 'slow',
    text: `${head}${String.raw`
hold 'while :; do
  systemctl kill -s STOP -- "$1"; sleep 1.8
  systemctl kill -s CONT -- "$1"; sleep 0.2
done' "$unit"
`}`,
    values: ofUnit(unit, lasts, `-/bin/systemctl kill -s CONT ${unit}`),
    deadline: seconds(20),
  });

export const goOn = (unit: string): Script<void> =>
  script({
    name: 'go on',
    text: `${head}systemctl stop buka-drill.service 2>/dev/null || :\nsystemctl kill -s CONT -- "$unit"\n`,
    values: { unit },
    deadline: seconds(20),
  });

/**
 * Drops every packet at every network interface but the machine's own loopback, a second from now, so that this is answered
 * before. A machine without its cable tells nobody that an address is its; keepalived does so past the kernel's own ARP,
 * over a raw socket, which only the `egress` hook sees (Linux 5.16; nft(8)).
 */
export const cut = (lasts: Duration): Script<void> =>
  script({
    name: 'cut',
    text: `${head}${String.raw`
devices=$(for one in /sys/class/net/*/; do basename "$one"; done | sed '/^lo$/d; s/.*/"&"/' | paste -sd ,)
hold 'sleep 1
nft -f - <<RULES
table netdev buka_drill {
  chain input { type filter hook ingress devices = { $1 } priority -300; policy drop; }
  chain output { type filter hook egress devices = { $1 } priority -300; policy drop; }
}
RULES
exec sleep 86400' "$devices"
`}`,
    values: {
      lasts: inSeconds(seconds(lasts / 1000 + 1)),
      back: '-/usr/sbin/nft delete table netdev buka_drill',
    },
    deadline: seconds(20),
  });

/** Reboots at once, a moment from now, so that this is answered before (kernel's sysrq.rst, `b`). */
export const reboot = (): Script<void> =>
  script({
    name: 'reboot',
    text: `${head}setsid sh -c 'sleep 0.5; echo b > /proc/sysrq-trigger' </dev/null >/dev/null 2>&1 &\n`,
    deadline: seconds(20),
  });

/** What speaks for and against an incident on a machine. */
export interface MachineLook {
  /** Its kernel is another's too, which a reboot by sysrq would take down. */
  readonly container: boolean;
  /** nft, and a kernel that can drop what leaves an interface. */
  readonly nft: boolean;
  readonly systemdRun: boolean;
  readonly sysrq: boolean;
  /** After a boot it is started by itself. */
  readonly enabled: boolean;
  readonly root: boolean;
}

const lookText = `${head}${String.raw`
tell() { name=$1; shift; if "$@" >/dev/null 2>&1; then echo "$name=yes"; else echo "$name=no"; fi; }
tell container systemd-detect-virt -q --container
tell nft nft -c 'add table netdev buka_look; add chain netdev buka_look output { type filter hook egress device "lo" priority 0; }'
tell run command -v systemd-run
tell sysrq test -w /proc/sysrq-trigger
tell enabled systemctl -q is-enabled -- "$unit"
tell root test "$(id -u)" = 0
`}`;

export const lookAtMachine = (unit: string): Script<MachineLook> =>
  script({
    name: 'look at the machine',
    text: lookText,
    values: { unit },
    deadline: seconds(20),
    parse(output) {
      const told = fields(succeeded(output).stdout, ['container', 'nft', 'run', 'sysrq', 'enabled', 'root']);
      return {
        container: told.container === 'yes',
        nft: told.nft === 'yes',
        systemdRun: told.run === 'yes',
        sysrq: told.sysrq === 'yes',
        enabled: told.enabled === 'yes',
        root: told.root === 'yes',
      };
    },
  });
