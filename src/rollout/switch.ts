import type { Workers } from '../cluster';
import { BukaError } from '../errors';
import { activateText, type ReleaseId } from '../release';
import { fields, type Output, type Script, succeeded } from '../remote';
import { type Duration, formatDuration, milliseconds, minutes } from '../units';
import { fenceText, LOCK_LOST, lockLost } from './lock';
import { probeText, unitText } from './shell';

/** How a worker's switch ended. */
export interface SwitchOutcome {
  readonly end: 'healthy' | 'crashed' | 'unhealthy' | 'wrong-release' | 'restart-failed';
  /** What the health URL answered last, `000` for no answer. */
  readonly answer: string;
  /** systemd's words about the unit: `failed/failed Result=exit-code ExecMainStatus=1`. */
  readonly state: string;
  /** The process that was started. */
  readonly pid: string;
  /** The folder that the process works in. */
  readonly folder: string;
  /** The last lines of the unit's journal, where the deploy user may read it. */
  readonly log: readonly string[];
}

export interface SwitchOptions {
  readonly id: ReleaseId;
  /** The lock's owner line; the script changes nothing when another run holds the lock. */
  readonly owner: string;
  readonly startTimeout: Duration;
  /** Successes in a row. */
  readonly healthyAfter: number;
  /** How long the process must have lived at least; for a release that is new to the cluster. */
  readonly steady: Duration;
}

/** A stop may take as long as the unit's own `TimeoutStopSec`; systemd's default is 90 s. */
const STOP = minutes(2);

/** The line that tells, while the script goes on, that systemd has started the new process. */
export const RESTARTED = 'restarted';

const text = String.raw`${fenceText}${probeText}${unitText}
${activateText}
ticks() { IFS='. ' read -r whole part rest < /proc/uptime; now=$whole$part; }
end() {
  echo "end=$1"
  echo "answer=$answer"
  echo "state=$active/$sub $(systemctl show -p Result -p ExecMainStatus -- "$unit" | tr '\n' ' ')"
  echo "folder=$(running)"
  echo "pid=$pid"
  [ "$1" = healthy ] || journalctl -q -u "$unit" -n 10 --no-pager -o cat 2>/dev/null | sed 's/^/log=/' || :
  exit 0
}
answer=000
# Restarts of a release that crashed count towards systemd's start limit, which must not hit the one that mends it.
sudo -n /usr/bin/systemctl reset-failed "$unit" 2>/dev/null || :
if ! sudo -n /usr/bin/systemctl restart "$unit"; then look; end restart-failed; fi
look
first=$pid
ticks; began=$now; passed=0
echo restarted
while :; do
  look
  case $active in
    failed | inactive | deactivating) end crashed ;;
  esac
  # Another process than the one that was started, or none: it died, and systemd may be starting it again.
  if [ "$pid" != "$first" ]; then end crashed; fi
  answer=$(probe)
  case $answer in
    2??) passed=$((passed + 1)) ;;
    *) passed=0 ;;
  esac
  ticks; lived=$((now - began))
  if [ "$passed" -ge "$healthy_after" ] && [ "$lived" -ge "$steady" ]; then
    if [ "$(running)" = "$(readlink -f -- "$root")/releases/$id/tree" ]; then end healthy; fi
    end wrong-release
  fi
  if [ "$passed" -lt "$healthy_after" ] && [ "$lived" -ge "$start_timeout" ]; then end unhealthy; fi
  sleep 0.1
done
`;

/**
 * Switches a worker that has no traffic, in one round trip: the symlink, the restart, and the wait until the app is
 * healthy several times in a row and the running process is of the release.
 */
export function switchRelease(workers: Workers, options: SwitchOptions): Script<SwitchOutcome> {
  const { root, unit, port, health } = workers;
  const { id, owner, startTimeout, healthyAfter, steady } = options;
  return {
    name: `switch to ${id}`,
    text,
    values: {
      root,
      unit,
      port: String(port),
      health,
      id,
      owner,
      healthy_after: String(healthyAfter),
      start_timeout: String(Math.ceil(startTimeout / 10)),
      steady: String(Math.ceil(steady / 10)),
    },
    deadline: milliseconds(startTimeout + steady + STOP),
    parse: readOutcome,
  };
}

function readOutcome(output: Output): SwitchOutcome {
  if (output.status === LOCK_LOST) throw lockLost(undefined, undefined);
  const lines = succeeded(output).stdout.split('\n');
  const log = lines.filter((line) => line.startsWith('log=')).map((line) => line.slice('log='.length));
  const answer = lines.filter((line) => /^(end|answer|state|folder|pid)=/.test(line)).join('\n');
  const found = fields(answer, ['end', 'answer', 'state', 'folder', 'pid']);
  return { ...found, end: found.end as SwitchOutcome['end'], log };
}

/** Why a switch didn't end well; undefined when it did. */
export function switchFailure(
  workers: Workers,
  outcome: SwitchOutcome,
  { id, startTimeout }: SwitchOptions,
): BukaError | undefined {
  const { unit, port, health, root } = workers;
  const { end, answer, state, folder, log } = outcome;
  const said = log.length > 0 ? `; the end of its log:\n${log.join('\n')}` : '';
  const answered = answer === '000' ? 'nothing' : answer;
  const hint = `On the host: \`journalctl -u ${unit} -n 50\`.`;
  switch (end) {
    case 'healthy':
      return undefined;
    case 'restart-failed':
      return new BukaError({
        code: 'restart-failed',
        message: `systemd could not start ${unit} with ${id}.`,
        seen: `${state}${said}`,
        hint,
      });
    case 'crashed':
      return new BukaError({
        code: 'app-crashed',
        message: `${id} started and died.`,
        seen: `${state}${said}`,
        hint,
      });
    case 'unhealthy':
      return new BukaError({
        code: 'app-unhealthy',
        message: `${id} did not become healthy in ${formatDuration(startTimeout)}.`,
        seen: `GET http://127.0.0.1:${port}${health} answered ${answered}; ${state}${said}`,
        hint: `${hint} If it only needs longer, raise rollout.start-timeout in buka.yml.`,
      });
    case 'wrong-release':
      return new BukaError({
        code: 'wrong-release',
        message: `The app is healthy, but its process is not of release ${id}.`,
        seen: folder === '' ? 'where the process runs can’t be told' : `the process of ${unit} runs in ${folder}`,
        hint: `\`systemctl cat ${unit}\` on the host: WorkingDirectory must be ${root}/current.`,
      });
  }
}
