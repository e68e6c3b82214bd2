import { BukaError } from '../errors';
import { type Remote, type Script, script } from '../remote';
import { formatDuration, minutes, seconds } from '../units';
import type { Context } from './context';

/** What Buka does on purpose, and what may set off alerts while it does. */
export type Work = 'rollout' | 'restore' | 'drill' | 'maintenance';

/** The label of an alert that names the works that cause it, with spaces in between; src/alerts sets it. */
export const MUTED_DURING = 'muted_during';

/** How long a silence lasts when nobody makes it again: what a run that is killed leaves. */
export const SILENCE = minutes(5);
const RENEW_EVERY = minutes(2);
/** What a run waits for the monitoring host at most. */
const SOON = seconds(3);
/** Where Alertmanager listens on the monitoring host, for that host alone. */
const ALERTMANAGER = 'http://127.0.0.1:9093';

export interface Silence {
  /** Alertmanager's address, as the monitoring host sees it. */
  readonly url: string;
  readonly service: string;
  readonly work: Work;
  /** By this it is found again. */
  readonly author: string;
  /** For people. */
  readonly comment: string;
}

/** amtool is of the same package as Alertmanager. The older silence of a run stays until it ends by itself. */
const silenceText = String.raw`
command -v amtool >/dev/null || { echo 'amtool is not there' >&2; exit 1; }
amtool --alertmanager.url="$url" --no-version-check silence add --author="$author" --comment="$comment" \
  --duration="$length" "service=$service" "$label=~.*$work.*" </dev/null
`;

const unsilenceText = String.raw`
known=$(amtool --alertmanager.url="$url" --no-version-check silence query --quiet --created-by="$author" </dev/null)
# shellcheck disable=SC2086 # a list of ids
if [ -n "$known" ]; then amtool --alertmanager.url="$url" --no-version-check silence expire $known </dev/null; fi
`;

/** Keeps Alertmanager from telling anyone of what the work causes, for as long as `SILENCE`. */
export const silence = ({ url, service, work, author, comment }: Silence): Script<void> =>
  script({
    name: 'mute',
    text: silenceText,
    values: { url, service, work, author, comment, label: MUTED_DURING, length: `${SILENCE / 1000}s` },
    deadline: seconds(30),
  });

/** Ends all silences of the run. */
export const unsilence = ({ url, author }: Pick<Silence, 'url' | 'author'>): Script<void> =>
  script({ name: 'unmute', text: unsilenceText, values: { url, author }, deadline: seconds(30) });

/** Mutes the alerts that a work causes while it is done; see `mute`. */
export async function muted<T>(context: Context, work: Work, act: () => Promise<T>): Promise<T> {
  const unmute = mute(context, work);
  try {
    return await act();
  } finally {
    await unmute();
  }
}

/**
 * Mutes the alerts that a work causes, until it is told to end that. It holds nothing up, and never fails: where the
 * monitoring can't be told, a warning says so once.
 */
export function mute(context: Context, work: Work): () => Promise<void> {
  const monitor = monitorOf(context, work);
  if (monitor === undefined) return async () => {};
  let told = monitor.silence();
  const timer = setInterval(() => {
    told = told.then(monitor.silence);
  }, RENEW_EVERY);
  timer.unref();
  return async () => {
    clearInterval(timer);
    const ended = told.then(monitor.unsilence);
    // A cancelled run has no time for it; the silence ends by itself.
    if (context.signal?.aborted !== true) await within(ended);
  };
}

/** Mutes for as long as `SILENCE` what a work sets off just after its end. It holds nothing up for long, and never fails. */
export async function muteOnce(context: Context, work: Work): Promise<void> {
  await within(monitorOf(context, work)?.silence());
}

/** Who has to be told, where the cluster has monitoring. */
function monitorOf({ cluster: { monitoring, service }, run, reporter, remote }: Context, work: Work) {
  if (monitoring === undefined) return undefined;
  const about = { url: ALERTMANAGER, service, work, author: `buka ${run.id}`, comment: `a ${work} of ${run.by}` };
  let warned = false;
  const tell = async (ask: (remote: Remote) => Promise<void>) => {
    try {
      await ask(await remote(monitoring.host));
    } catch (error) {
      if (!warned) reporter.warning(notMuted(error), 'nothing');
      warned = true;
    }
  };
  return {
    silence: () => tell((remote) => remote.run(silence(about))),
    unsilence: async () => {
      if (!warned) await tell((remote) => remote.run(unsilence(about)));
    },
  };
}

function within(work: Promise<unknown> | undefined): Promise<unknown> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, SOON);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

const notMuted = (error: unknown) =>
  `The alerts that this causes are not muted, or for up to ${formatDuration(SILENCE)} more than they need be: ${error instanceof BukaError ? error.message : String(error)}`;
