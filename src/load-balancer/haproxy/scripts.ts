import type { Output, Script } from '../../remote';
import { type Duration, milliseconds, seconds } from '../../units';
import { changes } from './changes';
import { guard } from './guard';
import { library } from './library';

/** What a script about one worker needs to know. */
export interface WorkerTarget {
  readonly service: string;
  readonly worker: string;
  readonly masterSocket: string;
  /** The worker's server in each backend. */
  readonly servers: readonly { readonly backend: string; readonly server: string }[];
}

/** A round trip and a reload's worth of patience on top of the wait that a script was asked for. */
const margin = 45;

/**
 * Comments and indentation stay at home. What is sent at once, on a connection that was idle, is ten segments of about
 * 1,448 bytes (RFC 6928); whatever is longer costs another round trip.
 */
const lean = (text: string) => text.replace(/^ *(# .*)?\n?/gm, '');

/** The guard is another shell with the same functions. */
const begin = lean(`library=$(cat <<'BUKA_LIBRARY'
${library}${changes}${guard}
BUKA_LIBRARY
)
eval "$library"
reach
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
  if read_mark; then printf 'mark %s %s\n' "$worker" "$processes"; fi
done
`;

/** One drain of the service at a time decides whether another worker remains, on a reading of its own. */
const drainText = String.raw`
exec 7>>"$HOME/.buka/$service/.lock"
flock 7
sample || die load-balancer-down "$socket stopped answering"
read_mark || :
refuse_foreign
refuse_last
case $state in maintenance | check | checked) ;; *) state=drain ;; esac
renew
write_mark
enforce
exec 7>&-
unlock
start_guard
if wait_for_silence; then printf 'drained %s\n' "$waited"
else printf 'still %s %s %s\n' "$inflight_sum" "$unreadable" "$waited"; fi
`;

const maintainText = String.raw`
require_mark
state=maintenance
renew
write_mark
enforce
unlock
start_guard
wait_for_silence || :
printf 'cut %s\n' "$inflight_sum"
`;

/**
 * From maintenance straight to ready, HAProxy sends requests before any check: `UP 1/2` at once. So: drained, declared
 * down, and then risen by fresh checks alone. A process that a reload starts meanwhile is declared down as well.
 */
const checkText = String.raw`
require_mark
state=check
renew
write_mark
unlock
start_guard
clock; began=$now; downed=; last=
while :; do
  lock
  read_mark || die superseded
  sample || die load-balancer-down "$socket stopped answering"
  orders=; pending=no; seen=; checked=no
  while read -r kind id age backend server admin checking agent inflight tracked check status; do
    case "$kind $age" in missing\ * | 'unreadable current') pending=yes ;; esac
    if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
    seen="$seen, $backend/$server $status $check"
    if [ "$tracked" != - ]; then
      checked=yes
      if [ "$status" != DRAIN ]; then pending=yes; fi
    elif [ $((checking & 6)) -eq 6 ]; then
      checked=yes
      case " $downed " in
        *" $id:$backend/$server "*)
          case "$status:$check" in DRAIN:L4OK | DRAIN:L6OK | DRAIN:L7OK | DRAIN:PROCOK) ;; *) pending=yes ;; esac ;;
        *)
          orders="$orders;@!$id set server $backend/$server state drain;@!$id set server $backend/$server health down"
          downed="$downed $id:$backend/$server"
          pending=yes ;;
      esac
    fi
  done <<FACTS
$facts
FACTS
  if [ -n "$orders" ]; then ask "show version$orders" >/dev/null || downed=; wrong=1; else enforce; fi
  if [ "$wrong" -eq 0 ] && [ "$pending" = no ]; then
    state=checked
    write_mark
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
if ! read_mark; then
  refuse_foreign
  printf 'readmitted already\n'
  exit 0
fi
case $state in maintenance | check) die not-checked "$state" ;; esac
state=ready
write_mark
clock; began=$now
while :; do
  enforce
  sample || die load-balancer-down "$socket stopped answering"
  enforce
  if [ "$wrong" -eq 0 ]; then break; fi
  clock
  if [ $((now - began)) -ge 500 ]; then die not-applied "$said"; fi
  pause 0.1
done
orders=; down=; seen=
while read -r kind id age backend server admin checking agent inflight tracked check status; do
  if [ "$kind" != server ] || [ "$age" != current ]; then continue; fi
  case " $agents " in *" $backend/$server "*) orders="$orders;@!$id enable agent $backend/$server" ;; esac
  seen="$seen, $backend/$server $status $check"
  case $status in UP | UP\ * | 'no check') ;; *) down="$down $backend/$server $status $check" ;; esac
done <<FACTS
$facts
FACTS
if [ -n "$orders" ]; then ask "show version$orders" >/dev/null || die not-applied 'enable agent'; fi
rm -f "$folder/mark"
if [ -n "$down" ]; then die still-down "$down"; fi
printf 'readmitted %s\n' "$seen"
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

const texts = { drain: drainText, maintain: maintainText, check: checkText, readmit: readmitText };

/** A change to one worker that waits on the host for at most `deadline`, and keeps to it by a guard. */
export function change<Result>(
  kind: keyof typeof texts,
  target: WorkerTarget,
  deadline: Duration,
  parse: (output: Output) => Result,
): Script<Result> {
  return {
    name: `${kind} ${target.worker}`,
    text: begin + lean(texts[kind]),
    values: {
      service: target.service,
      worker: target.worker,
      socket: target.masterSocket,
      deadline: String(Math.ceil(deadline / 10)),
      ...servers(target.servers),
    },
    deadline: milliseconds(deadline + seconds(margin)),
    parse,
  };
}

function servers(all: WorkerTarget['servers']): { targets: string; backends: string } {
  return {
    targets: all.map(({ backend, server }) => `${backend} ${server}`).join('\n'),
    backends: [...new Set(all.map(({ backend }) => backend))].join(' '),
  };
}
