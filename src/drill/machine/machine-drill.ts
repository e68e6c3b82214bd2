import type { Host } from '../../cluster';
import { BukaError } from '../../errors';
import type { Sample } from '../../load';
import { CUSTOMERS_KEEP } from '../../load-balancer';
import { type Context, muted, systemClock } from '../../rollout';
import { between, type Duration, milliseconds, seconds } from '../../units';
import { type Customers, customersOf, MOST_RATE, targetOf } from './customers';
import { type Figures, figuresOf, firstMet, inWindow, reasonsOf, type WindowVerdict } from './figures';
import {
  hostOf,
  type Incident,
  incidentOf,
  isCut,
  isOfLoadBalancer,
  isPowerOff,
  type MachineDrill,
  MOMENT,
  type Plug,
  putBack,
  requireConfirmationOf,
} from './incident';
import { lateOf } from './late';
import { lookBefore } from './look';
import { Watch, waitFor } from './watch';

export interface MachineDrillOptions {
  readonly drill: MachineDrill;
  /** A worker or a load balancer, whichever the drill is of, by its name in buka.yml. */
  readonly host: string;
  /** Who logs in to it, with the rights of root. */
  readonly user: string;
  /** `<service>/<host>`, as a person typed it; not needed for a lab's machine. */
  readonly confirm?: string | undefined;
  /** Set where the machine is a lab's. */
  readonly plug?: Plug | undefined;
  /** What customers ask for through the shared address; the health URL when absent. */
  readonly path?: string | undefined;
  /** Requests a second. */
  readonly rate: number;
  /** The customers; those of `customersOf` when absent. */
  readonly customers?: ((target: string, path: string, rate: number) => Customers) | undefined;
  /** 15 s before, 20 s of it, and 15 s after when absent: whoever looks each 15 s has seen it then. */
  readonly lasts?: Lasts | undefined;
}

export interface Lasts {
  readonly before: Duration;
  /** How long the incident is held. */
  readonly held: Duration;
  /** From when all is as before. */
  readonly after: Duration;
}

export interface MachineDrillReport {
  readonly drill: MachineDrill;
  readonly service: string;
  readonly host: string;
  /** How it was made and put back. */
  readonly how: string;
  /** `not-recovered`: something is not as it was before, after five minutes. */
  readonly outcome: 'recovered' | 'not-recovered';
  /** The run was cancelled, so the incident was shorter than it should be. */
  readonly cancelled: boolean;
  readonly load: { readonly target: string; readonly path: string; readonly rate: number; readonly late: Duration };
  /** When it began, by the clock of this machine. */
  readonly began: Date;
  /** For how long it was held, before it was put back or put itself back. */
  readonly held: Duration;
  /** From its beginning until the cluster sent no customer there; undefined where that was not seen. */
  readonly detected?: Duration | undefined;
  /** From its beginning until all was as before; undefined where it wasn't. */
  readonly recovered?: Duration | undefined;
  readonly before?: Figures | undefined;
  /**
   * From the first request that the incident met until all was as before; of a load balancer for 5 s more, in which
   * customers find out that a connection which they kept is gone.
   */
  readonly during?: Figures | undefined;
  readonly after?: Figures | undefined;
  /** Whether the window of buka.yml would have met its objectives with this in it. */
  readonly window: WindowVerdict;
  /** How often each reason occurred, of requests that failed. */
  readonly reasons: Readonly<Record<string, number>>;
}

const LASTS: Lasts = { before: seconds(15), held: seconds(20), after: seconds(15) };

/**
 * Makes an incident on one machine while customers come through the shared address, puts it back, and tells what they
 * saw before, during and after.
 *
 * It is always put back: by the drill, when it is cancelled too; and by the machine's own systemd when the drill died.
 * @throws ConfigurationError `drill-host`, `drill-not-confirmed`, `address-missing`
 * @throws BukaError before anything is changed: `drill-app-unwell`, `lock-held`, `drill-impossible`, `cancelled`;
 *   `drill-not-put-back` where the end of it failed
 */
export async function machineDrill(context: Context, options: MachineDrillOptions): Promise<MachineDrillReport> {
  const { cluster, reporter, signal } = context;
  const { drill, plug, lasts = LASTS } = options;
  const rate = Math.min(options.rate, MOST_RATE);
  const clock = context.clock ?? systemClock;
  const host = hostOf(cluster, drill, options.host);
  if (plug === undefined) requireConfirmationOf(cluster.service, host, options.confirm);
  const target = targetOf(cluster.loadBalancers.address);
  const path = options.path ?? cluster.workers.health;
  const root = () => context.remote({ ...host, user: options.user });
  await reporter.group('Look', async () => lookBefore(context, { drill, host, root: await root(), plug }));
  const incident = incidentOf({ drill, host: host.name, unit: cluster.workers.unit, root, plug }, lasts.held);
  const watch = new Watch(context, clock, drill, host);
  const customers = (options.customers ?? customersOf)(target, path, rate);
  const over = new AbortController();
  try {
    const start = clock.now();
    await reporter.group(`Customers come: ${rate} requests a second to ${target}${path}`, () =>
      waitFor(lasts.before, { clock, signal }),
    );
    refuseFailing(customers.samples, path, signal);
    const { made, recovered } = await muted(context, 'drill', async () => {
      const made = await reporter.group(`${drill}: ${host.name}, ${incident.how}`, () =>
        make(incident, {
          ...{ watch, clock, signal, host, over: over.signal },
          ...{ isHeld: isHeld(drill, plug), held: lasts.held },
        }),
      );
      return { made, recovered: await reporter.group('Wait until all is as before', () => watch.recovered()) };
    });
    const well = recovered ?? clock.now();
    over.abort();
    const detected = await made.detecting;
    // Whoever kept a connection to an address that moved finds out with the next request, or has let go of it by then.
    const foundOut = isOfLoadBalancer(drill) ? CUSTOMERS_KEEP : milliseconds(0);
    await waitFor(milliseconds(foundOut + lasts.after), { clock, signal });
    const last = clock.now().getTime();
    const end = Math.min(well.getTime() + foundOut, last);
    await customers.stop();
    const { samples } = customers;
    const met = firstMet(samples, made.began.getTime());
    const before = figuresOf(samples, { from: start.getTime(), to: met });
    const during = figuresOf(samples, { from: met, to: end });
    return {
      ...{ drill, service: cluster.service, host: host.name, how: incident.how, began: made.began },
      outcome: recovered === undefined ? 'not-recovered' : 'recovered',
      cancelled: signal?.aborted === true,
      load: { target, path, rate, late: lateOf(samples).most },
      held: between(made.began, made.ended),
      detected: detected && between(made.began, detected),
      recovered: recovered && between(made.began, recovered),
      before,
      during,
      after: figuresOf(samples, { from: end, to: last }),
      window: inWindow(cluster.slo, before, during, { from: met, to: end }),
      reasons: reasonsOf(samples),
    };
  } finally {
    over.abort();
    await customers.stop();
  }
}

/** One that ends by itself isn't waited for, but for its own end. */
const isHeld = (drill: MachineDrill, plug: Plug | undefined): boolean =>
  drill === 'worker-slow' || isCut(drill) || (isPowerOff(drill) && plug !== undefined);

interface Making {
  readonly watch: Watch;
  readonly clock: NonNullable<Context['clock']>;
  readonly signal: AbortSignal | undefined;
  readonly host: Host;
  readonly isHeld: boolean;
  readonly held: Duration;
  /** Aborted when nothing is left to be detected. */
  readonly over: AbortSignal;
}

async function make(incident: Incident, { watch, clock, signal, host, isHeld, held, over }: Making) {
  const began = clock.now();
  try {
    await incident.begin();
    const detecting = watch.detected(over);
    await waitFor(isHeld ? held : MOMENT, { clock, signal });
    await putBack(incident, host.name, held);
    return { began, detecting, ended: clock.now() };
  } catch (error) {
    // It may have begun, whatever became of the answer.
    if (!(error instanceof BukaError && error.code === 'drill-not-put-back')) await putBack(incident, host.name, held);
    throw error;
  }
}

function refuseFailing(samples: readonly Sample[], path: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new BukaError({
      code: 'cancelled',
      step: 'look',
      message: 'The drill was cancelled.',
      left: 'Nothing was changed.',
    });
  const failed = samples.filter(({ failure }) => failure !== undefined);
  if (samples.length > 0 && failed.length === 0) return;
  throw new BukaError({
    code: 'drill-app-unwell',
    step: 'look',
    message:
      samples.length === 0
        ? 'No customer had an answer before the incident.'
        : `${failed.length} of ${samples.length} requests failed before the incident.`,
    seen: [...new Set(failed.map(({ failure }) => failure))].join(', '),
    left: 'Nothing was changed.',
    hint: failed.some(({ failure }) => failure?.startsWith('status '))
      ? `Is ${path} answered with 2xx? --path names another.`
      : 'Can this machine reach the shared address? In the lab: `npm run lab -- run -- npm run buka -- drill …`. Or did the address move by itself? `journalctl -u keepalived` on each load balancer.',
  });
}
