import { gzipSync } from 'node:zlib';
import type { Output, Script } from '../../remote';
import { type Duration, milliseconds, seconds } from '../../units';
import { changes } from './changes';
import { guard } from './guard';
import { library } from './library';
import { mark } from './mark';

/** What a script about one worker needs to know. */
export interface WorkerTarget {
  readonly service: string;
  readonly worker: string;
  readonly masterSocket: string;
  /** The worker's server in each backend. */
  readonly servers: readonly { readonly backend: string; readonly server: string }[];
}

/** Which of a process's steps it is: of two, the one that was sent later has the higher number. */
export interface Step {
  readonly process: string;
  readonly number: number;
}

/** A round trip and a reload's worth of patience on top of the wait that a script was asked for. */
const margin = 45;

/**
 * Comments and indentation stay at home. What is sent at once, on a connection that was idle, is ten segments of about
 * 1,448 bytes (RFC 6928); whatever is longer costs another round trip.
 */
const lean = (text: string) => text.replace(/^ *(# .*)?\n?/gm, '');

/** What every change shares is most of its script: packed, all of it stays well within those ten segments. */
const packed = gzipSync(lean(library + changes + guard), { level: 9 }).toString('base64');

/** The guard is another shell with the same functions. */
const functions = `library=$(base64 -d <<'BUKA_LIBRARY' | gzip -dc
${packed}
BUKA_LIBRARY
)
eval "$library"
`;

const begin =
  functions +
  lean(`reach
refuse_unknown
refuse_tracked_elsewhere
open_state
lock
`);

const observeText = String.raw`
reach
refuse_unknown
printf '%s\n' "$facts"
this_boot
for worker in $workers; do
  folder=$HOME/.buka/$service/$worker
  if ! read_mark; then continue; fi
  clock
  left=$((until > now ? until - now : 0))
  if guard_lives; then alive=alive; else alive=dead; fi
  printf 'mark %s %s %s %s\n' "$worker" "$left" "$alive" "$processes"
done
`;

/**
 * One drain of the service at a time decides whether another worker remains, on a reading of its own. A lease that ran
 * out is taken over; the worker still needs the check that the guard had begun.
 */
const drainText = String.raw`
exec 7>>"$HOME/.buka/$service/.lock"
flock 7
sample || die load-balancer-down "$socket stopped answering"
if read_mark; then
  respect_others
  refuse_theirs
fi
in_order
refuse_foreign
refuse_last
refuse_short_lived_guard
case $state in
  maintenance | check | checked) ;;
  returning) state=check ;;
  *) state=drain ;;
esac
extend
enter "$state"
enforce
exec 7>&-
unlock
start_guard
if wait_for_silence; then printf 'drained %s\n' "$waited"
else printf 'still %s %s %s\n' "$inflight_sum" "$unreadable" "$waited"; fi
`;

const maintainText = String.raw`
require_mark
if lapsed; then die superseded "the lease ran out"; fi
extend
enter maintenance
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`;

/** Also for a worker whose lease ran out: it goes back the same way. */
const checkText = String.raw`
require_mark
extend
enter check
unlock
start_guard
clock; began=$now; downed=; last=; mine=check
while :; do
  turn
  check_afresh
  if [ "$wrong" -eq 0 ] && [ "$pending" = no ]; then
    enter checked
    printf 'passed %s%s\n' "$checked" "$seen"
    break
  fi
  unlock
  if [ "$seen" != "$last" ]; then printf 'progress%s\n' "$seen"; last=$seen; fi
  clock
  if [ $((now - began)) -ge "$deadline" ]; then printf 'failed %s%s\n' "$checked" "$seen"; break; fi
  pause 0.1
done
`;

const readmitText = String.raw`
sample || die load-balancer-down "$socket stopped answering"
if ! read_mark; then
  refuse_foreign
  printf 'readmitted already\n'
  exit 0
fi
respect_others
case $state in maintenance | check | returning) if [ "$dropped" = no ]; then die not-checked "$state"; fi ;; esac
if [ "$dropped" = no ]; then give_back || die not-applied "$said"; fi
refuse_theirs
sample || die load-balancer-down "$socket stopped answering"
down=; seen=
while read -r kind id age backend server admin checking agent inflight tracked check status; do
  if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
  seen="$seen, $backend/$server $status $check"
  case $status in UP | UP\ * | 'no check') ;; *) down="$down $backend/$server $status $check" ;; esac
done <<FACTS
$facts
FACTS
if [ -n "$down" ]; then die still-down "$down"; fi
printf 'readmitted %s\n' "$seen"
`;

/** A sign of life for all workers named. It asks nothing of HAProxy, and waits for nothing that takes long. */
const renewText = String.raw`
set -f
this_boot
for worker in $workers; do
  folder=$HOME/.buka/$service/$worker
  if [ ! -f "$folder/mark" ]; then printf 'lost %s\n' "$worker"; continue; fi
  exec 9>>"$folder/lock"
  if ! flock -w 3 9; then printf 'busy %s\n' "$worker"; unlock; continue; fi
  if ! read_mark; then printf 'lost %s\n' "$worker"; unlock; continue; fi
  if [ "$state" = ready ] || lapsed; then
    printf 'lost %s\n' "$worker"
  else
    extend
    write_mark
    printf 'renewed %s\n' "$worker"
  fi
  guard_lives || printf 'unguarded %s\n' "$worker"
  unlock
done
`;

/**
 * Starts a guard that was killed. HAProxy may have forgotten the drain while nobody looked: only where the first reading
 * needs no correction was the worker held all the time. The new guard waits for the lock meanwhile.
 */
const reviveText = String.raw`
open_state
lock
if ! read_mark; then printf 'lost\n'; exit 0; fi
start_guard
reach
respect_others
if [ "$dropped" = yes ]; then printf 'lost\n'; exit 0; fi
case $state in returning | ready) printf 'lost\n'; exit 0 ;; esac
enforce
if [ "$wrong" -eq 0 ]; then printf 'held\n'; else printf 'lost\n'; fi
`;

/** Reads every worker in every process, and which of them Buka drained. Changes nothing. */
export function observe<Result>(
  about: { service: string; masterSocket: string; targets: readonly WorkerTarget[] },
  parse: (output: Output) => Result,
): Script<Result> {
  return {
    name: 'observe the load balancer',
    text: lean(library + observeText),
    values: {
      service: about.service,
      socket: about.masterSocket,
      workers: about.targets.map(({ worker }) => worker).join('\n'),
      ...servers(about.targets.flatMap((target) => target.servers)),
    },
    deadline: seconds(margin),
    parse,
  };
}

/** Pushes the leases of several workers of the service forward, to `lease` from now. */
export function renew<Result>(
  about: { service: string; workers: readonly string[]; lease: Duration },
  parse: (output: Output) => Result,
): Script<Result> {
  return {
    name: 'renew the leases',
    text: lean(mark + renewText),
    values: { service: about.service, workers: about.workers.join('\n'), lease: hundredths(about.lease) },
    deadline: seconds(margin),
    parse,
  };
}

const texts = {
  drain: begin + lean(drainText),
  maintain: begin + lean(maintainText),
  check: begin + lean(checkText),
  readmit: begin + lean(readmitText),
  revive: functions + lean(reviveText),
};

/** A change to one worker that waits on the host for at most `deadline`, and keeps to it by a guard. */
export function change<Result>(
  kind: keyof typeof texts,
  target: WorkerTarget,
  { deadline, lease, step }: { deadline: Duration; lease: Duration; step: Step },
  parse: (output: Output) => Result,
): Script<Result> {
  return {
    name: `${kind} ${target.worker}`,
    text: texts[kind],
    values: {
      service: target.service,
      worker: target.worker,
      socket: target.masterSocket,
      deadline: hundredths(deadline),
      lease: hundredths(lease),
      sender: step.process,
      this_step: String(step.number),
      ...servers(target.servers),
    },
    deadline: milliseconds(deadline + seconds(margin)),
    parse,
  };
}

/** As `clock` counts. */
const hundredths = (duration: Duration) => String(Math.ceil(duration / 10));

function servers(all: WorkerTarget['servers']): { targets: string; backends: string } {
  return {
    targets: all.map(({ backend, server }) => `${backend} ${server}`).join('\n'),
    backends: [...new Set(all.map(({ backend }) => backend))].join(' '),
  };
}
