import { BukaError } from '../errors';
import { lookAtAddress } from '../load-balancer';
import { askEach, type Context, muteOnce, sorted, systemClock } from '../rollout';
import { type Duration, seconds } from '../units';
import { type LetGo, letGo } from './let-go';
import { type Maintenance, maintenanceOf, needOther, othersOf, rootOn, see } from './others';
import { takeBack } from './take-back';

export interface LoadBalancerDrained {
  readonly outcome: 'drained' | 'was-drained';
  readonly host: string;
  /** The load balancer that has the address. */
  readonly addressOn: string;
  /** Whether the address had to be moved for it. */
  readonly moved: boolean;
  /** For how long customers who wanted a new connection were held back, where the address moved. */
  readonly held?: Duration | undefined;
}

/** keepalived is heard from each 0.3 s, so another one has taken over long before. */
const TAKEN_WITHIN = seconds(10);
const EVERY = seconds(0.2);

/**
 * Moves the shared address off a load balancer, without failing a request, and keeps it off, also over a reboot, until
 * `readmit`. One that is drained already stays so.
 * @param user who logs in to load balancers, with the rights of root
 * @throws ConfigurationError `not-a-load-balancer`, `address-missing`
 * @throws BukaError before anything is changed: `no-other-load-balancer`, `keepalived-foreign`, and those of a `Remote`;
 *   with the address where it was: those of `letGo`, `address-nowhere`, `cancelled`
 */
export async function drain(
  context: Context,
  { host: name, user }: { host: string; user: string },
): Promise<LoadBalancerDrained> {
  const { reporter } = context;
  const maintenance = maintenanceOf(context, name, user);
  const { host, address } = maintenance;
  const seen = await reporter.group('Look', async () => {
    const others = await needOther(maintenance);
    const own = await see(maintenance, host).catch((error: unknown) => {
      throw error instanceof BukaError ? error.with({ left: 'Nothing was changed.' }) : error;
    });
    if (!own.address.heeds || !own.address.keepalived) throw foreign(name, own.address.keepalived);
    return { own, others };
  });
  if (seen.own.address.away && !seen.own.address.here)
    return { outcome: 'was-drained', host: name, addressOn: await holder(maintenance), moved: false };
  if (context.signal?.aborted) throw cancelled();
  const muted = muteOnce(context, 'maintenance');
  const gone = await reporter.group(`Drain ${name}`, () => leave(maintenance));
  const addressOn = await reporter.group('Wait for another load balancer to have the address', () =>
    holder(maintenance),
  );
  await muted;
  reporter.step({ host: addressOn, name: 'address', state: 'done', detail: address });
  const moved = gone.kind === 'moved';
  return { outcome: 'drained', host: name, addressOn, moved, held: moved ? gone.held : undefined };
}

async function leave(maintenance: Maintenance): Promise<LetGo> {
  const { context, host, address } = maintenance;
  const { reporter, cluster } = context;
  reporter.step({ host: host.name, name: 'drain', state: 'started' });
  const onLine = (line: string) => {
    const inFlight = /^progress (\d+)$/.exec(line)?.[1];
    if (inFlight !== undefined)
      reporter.step({ host: host.name, name: 'drain', state: 'progress', detail: `${inFlight} in flight` });
  };
  const root = await rootOn(maintenance, host);
  const gone = await root.run(letGo(host.name, address, cluster.loadBalancers.masterSocket), { onLine });
  reporter.step({ host: host.name, name: 'drained', state: 'done' });
  return gone;
}

/** Waits until another load balancer has the address. Where none takes it, the drained one gets it back. */
async function holder(maintenance: Maintenance): Promise<string> {
  const { context, host, address } = maintenance;
  const clock = context.clock ?? systemClock;
  const until = clock.now().getTime() + TAKEN_WITHIN;
  for (;;) {
    const seen = await askEach(othersOf(context.cluster, host), async (other) =>
      (await rootOn(maintenance, other)).run(lookAtAddress(address)),
    );
    const [found] = sorted(seen).answers.filter(([, { here }]) => here);
    if (found !== undefined) return found[0];
    if (clock.now().getTime() >= until) break;
    await clock.sleep(EVERY);
  }
  await (await rootOn(maintenance, host)).run(takeBack());
  throw new BukaError({
    code: 'address-nowhere',
    host: host.name,
    step: 'drain',
    message: `No other load balancer took the address ${address} within ${TAKEN_WITHIN / 1000} s.`,
    left: `${host.name} may have it again.`,
    hint: '`journalctl -u keepalived` on the others. Do they hear each other (VRRP, protocol 112)?',
  });
}

const foreign = (host: string, runs: boolean) =>
  new BukaError({
    code: 'keepalived-foreign',
    host,
    step: 'drain',
    message: runs
      ? 'Its keepalived is not set up so that it can be told to leave the address to the others.'
      : 'keepalived does not run there.',
    left: 'Nothing was changed.',
    hint: `\`buka provision ${host}\` puts that right. Where keepalived is your own: stop it there in a quiet moment.`,
  });

const cancelled = () =>
  new BukaError({
    code: 'cancelled',
    step: 'drain',
    message: 'The run was cancelled.',
    left: 'Nothing was changed.',
  });
