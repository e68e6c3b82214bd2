import type { Cluster, Host } from '../cluster';
import { BukaError, ConfigurationError } from '../errors';
import { type AddressView, type LoadBalancerView, loadBalancer, lookAtAddress } from '../load-balancer';
import { become, type Remote } from '../remote';
import { askEach, type Context, sorted } from '../rollout';

/** What a load balancer's maintenance works with. */
export interface Maintenance {
  readonly context: Context;
  /** Who logs in to load balancers, with the rights of root. */
  readonly user: string;
  readonly host: Host;
  /** That customers use. */
  readonly address: string;
}

/** @throws ConfigurationError `not-a-load-balancer`, `address-missing` */
export function maintenanceOf(context: Context, name: string, user: string): Maintenance {
  const { hosts, address } = context.cluster.loadBalancers;
  const host = hosts.find((one) => one.name === name);
  if (host === undefined)
    throw new ConfigurationError({
      code: 'not-a-load-balancer',
      message: `${JSON.stringify(name)} is no load balancer of this buka.yml.`,
      left: 'Nothing was changed.',
      hint: `Its load balancers are ${hosts.map((one) => one.name).join(', ')}.`,
    });
  if (address === undefined)
    throw new ConfigurationError({
      code: 'address-missing',
      message: 'buka.yml names no address that the load balancers share, so there is nothing to move.',
      left: 'Nothing was changed.',
      hint: 'Where something else sends customers to them, take this one out there.',
    });
  return { context, user, host, address };
}

export const rootOn = ({ context, user }: Maintenance, host: Host): Promise<Remote> =>
  context.remote({ ...host, user });

/** One load balancer: its part in the address, and its view of the workers. */
export interface Seen {
  readonly address: AddressView;
  readonly view: LoadBalancerView;
}

/**
 * @throws BukaError of a `Remote` or of `LoadBalancer.observe`, such as `load-balancer-down`
 */
export async function see(maintenance: Maintenance, host: Host): Promise<Seen> {
  const { context, address } = maintenance;
  const root = await rootOn(maintenance, host);
  // Marks and leases are in the deploy user's home.
  const balancer = loadBalancer(context.cluster, host, become(root, host.user));
  const [seenAddress, view] = await Promise.all([root.run(lookAtAddress(address)), balancer.observe()]);
  return { address: seenAddress, view };
}

const working = ({ view }: Seen) => [...view.workers.values()].filter(({ inRotation }) => inRotation);

/** Why a load balancer can't take customers; undefined where it can. Pure. */
export function unfit({ address, view }: Seen): string | undefined {
  if (!address.serves) return 'HAProxy answers no request';
  if (!address.keepalived) return 'keepalived does not run';
  if (address.away) return 'it is drained';
  return working({ address, view }).length === 0 ? 'it has no worker in rotation' : undefined;
}

/**
 * The other load balancers, and that one of them can take over.
 * @throws BukaError `no-other-load-balancer`, with what is wrong with each
 */
export async function needOther(maintenance: Maintenance): Promise<ReadonlyMap<string, Seen>> {
  const { host, context } = maintenance;
  const others = othersOf(context.cluster, host);
  const seen = await seeAll(maintenance, others);
  const fit = sorted(seen).answers.filter(([, one]) => unfit(one) === undefined);
  if (fit.length > 0) return new Map(fit);
  throw new BukaError({
    code: 'no-other-load-balancer',
    host: host.name,
    step: 'drain',
    message:
      others.length === 0
        ? 'There is no other load balancer that could take the address.'
        : 'No other load balancer could take the address.',
    seen: [...seen]
      .map(([name, one]) => `${name}: ${one instanceof BukaError ? one.failure.message : unfit(one)}`)
      .join('\n'),
    left: 'Nothing was changed.',
    hint: others.length === 0 ? 'It takes two under `load-balancers:` in buka.yml.' : '`buka status` tells more.',
  });
}

export const othersOf = ({ loadBalancers }: Cluster, { name }: Host): Host[] =>
  loadBalancers.hosts.filter((one) => one.name !== name);

export const seeAll = (maintenance: Maintenance, hosts: readonly Host[]) =>
  askEach(hosts, (host) => see(maintenance, host));
