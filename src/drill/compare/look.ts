import type { Host } from '../../cluster';
import { BukaError, ConfigurationError } from '../../errors';
import type { Archive, ReleaseId } from '../../release';
import { type Context, releases, status } from '../../rollout';
import { seconds } from '../../units';
import { isConfirmed, requireConfirmationOf } from '../machine/incident';
import { lookBefore } from '../machine/look';
import { waitFor } from '../machine/watch';
import type { CompareOptions, Ground } from './ground';
import { type LeftOut, type System, systems } from './report';

/** Long enough to tell whether anybody is served at all. */
const A_MOMENT = seconds(1);

/** @throws ConfigurationError `drill-not-confirmed` where nobody typed the worker, and it is none of a lab; nothing was changed */
export function requireConfirmed(
  service: string,
  worker: Host,
  { plugOf, confirm }: Pick<CompareOptions, 'plugOf' | 'confirm'>,
): void {
  if (plugOf(worker) !== undefined) return;
  const typed = confirm.find((one) => isConfirmed(service, worker, one)) ?? confirm[0];
  requireConfirmationOf(service, worker, typed);
}

/**
 * Everything that speaks against the worker's part, and which release all workers run.
 * @throws BukaError `drill-app-unwell`, `lock-held`, `drill-impossible`; nothing was changed
 */
export async function lookAtWorker(context: Context, worker: Host, options: CompareOptions): Promise<ReleaseId> {
  const root = await context.remote({ ...worker, user: options.user });
  await lookBefore(context, { drill: 'worker-crash', host: worker, root, plug: options.plugOf(worker) });
  const [first] = (await status(context)).workers;
  if (first?.running === undefined) throw new Error('a cluster that is well runs a release');
  return first.running;
}

/**
 * A release that is deployed only to be taken back must differ, and must leave nothing in the database.
 * @throws ConfigurationError `compare-release`; nothing was changed
 */
export async function refuseRelease(context: Context, archive: Archive | undefined, running: ReleaseId): Promise<void> {
  if (archive === undefined) return;
  const refused = (message: string, hint: string) =>
    new ConfigurationError({ code: 'compare-release', step: 'look', message, left: 'Nothing was changed.', hint });
  if (archive.id === running)
    throw refused(`The workers run ${running} already.`, 'Take another release: it is taken back at the end.');
  const found = (await releases(context)).releases.find(({ id }) => id === running);
  const fresh = archive.manifest.migrations.filter((name) => !found?.migrations.includes(name));
  if (fresh.length > 0)
    throw refused(
      `${archive.id} brings migrations (${fresh.join(', ')}), and they would stay when it is taken back.`,
      'Take a release without new migrations, or leave --archive out.',
    );
}

/**
 * The load balancer that is lost: the one that has the shared address at this moment. Nothing is done to one that nobody
 * confirmed, or that would not come back.
 */
export async function loserOf(context: Context, options: CompareOptions): Promise<Host | LeftOut> {
  const { cluster } = context;
  const { hosts } = cluster.loadBalancers;
  if (hosts.length < 2) return { leftOut: 'there is one only, and nobody to take over' };
  const { loadBalancers } = await status(context);
  const host = hosts.find(({ name }) => loadBalancers.some((one) => one.name === name && one.hasAddress === true));
  if (host === undefined) return { leftOut: 'it can not be told which one has the shared address' };
  const plug = options.plugOf(host);
  if (plug === undefined && !options.confirm.some((typed) => isConfirmed(cluster.service, host, typed)))
    return {
      leftOut: `${host.name} has the address, and was not confirmed: --confirm ${cluster.service}/${host.name}`,
    };
  try {
    const root = await context.remote({ ...host, user: options.user });
    await lookBefore(context, { drill: 'load-balancer-power-off', host, root, plug });
    return host;
  } catch (error) {
    if (error instanceof BukaError) return { leftOut: `${host.name}: ${error.failure.message}` };
    throw error;
  }
}

/** @throws BukaError `drill-app-unwell` where nobody is served at one of the two addresses; nothing was changed */
export async function needServed(ground: Ground): Promise<void> {
  const { context, clock, options, targets, path } = ground;
  const serves = async (system: System) => {
    const customers = ground.come(system, options.rate);
    await waitFor(A_MOMENT, { clock, signal: context.signal });
    await customers.stop();
    return customers.samples;
  };
  for (const system of systems) {
    const samples = await serves(system);
    if (context.signal?.aborted) return;
    if (samples.some(({ failure }) => failure === undefined)) continue;
    throw new BukaError({
      code: 'drill-app-unwell',
      step: 'look',
      message: `Nobody is served at ${targets[system]}${path}.`,
      seen: [...new Set(samples.map(({ failure }) => failure))].join(', ') || 'no request was sent',
      left: 'Nothing was changed.',
      hint: 'This machine must reach the worker’s own port, and the shared address. In the lab: `npm run lab -- run -- npm run buka -- compare …`.',
    });
  }
}
