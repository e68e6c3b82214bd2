import type { Cluster, Host } from '../../cluster';
import { BukaError, ConfigurationError } from '../../errors';
import type { Remote } from '../../remote';
import { type Duration, formatDuration, seconds } from '../../units';
import * as script from './scripts';

export const machineDrills = [
  'worker-crash',
  'worker-power-off',
  'worker-cut',
  'worker-slow',
  'load-balancer-power-off',
  'load-balancer-cut',
] as const;
export type MachineDrill = (typeof machineDrills)[number];

export const isOfLoadBalancer = (drill: MachineDrill): boolean =>
  drill === 'load-balancer-power-off' || drill === 'load-balancer-cut';
export const isPowerOff = (drill: MachineDrill): boolean =>
  drill === 'worker-power-off' || drill === 'load-balancer-power-off';
export const isCut = (drill: MachineDrill): boolean => drill === 'worker-cut' || drill === 'load-balancer-cut';

/** The plug of a machine, where somebody has it in their hand: the lab's. */
export interface Plug {
  off(host: string): Promise<void>;
  /** Returns when it answers SSH again. */
  on(host: string): Promise<void>;
}

/** A machine that is to reboot answers for a moment longer. */
export const MOMENT = seconds(2);

export interface Incident {
  /** Makes it; returns once it is under way. */
  begin(): Promise<void>;
  /** Puts back what begin took away; where the machine does that by itself, waits for it no longer than it takes. */
  end(): Promise<void>;
  /** What a person should know of how it is made and put back. */
  readonly how: string;
}

/** The machine that a drill is about. @throws ConfigurationError `drill-host` */
export function hostOf({ workers, loadBalancers }: Cluster, drill: MachineDrill, name: string): Host {
  const kind = isOfLoadBalancer(drill) ? 'load balancer' : 'worker';
  const { hosts } = kind === 'worker' ? workers : loadBalancers;
  const host = hosts.find((one) => one.name === name);
  if (host !== undefined) return host;
  throw new ConfigurationError({
    code: 'drill-host',
    message: `${JSON.stringify(name)} is no ${kind} of this buka.yml.`,
    left: 'Nothing was changed.',
    hint: `Its ${kind}s are ${hosts.map((one) => one.name).join(', ')}.`,
  });
}

/**
 * How the incident is made on this machine. What has to be put back is put back by the machine itself when its time has
 * passed, by systemd, whatever becomes of whoever made it.
 * @param lasts how long it lasts; a machine that loses its power without a plug in hand takes as long as it takes to boot
 */
export function incidentOf({ drill, host, unit, root, plug }: Making, lasts: Duration): Incident {
  const on = async (what: ReturnType<typeof script.crash>) => (await root()).run(what);
  switch (drill) {
    case 'worker-crash':
      return {
        how: `SIGKILL to every process of ${unit}; systemd starts it again, or the drill does at its end`,
        begin: () => on(script.crash(unit, lasts)),
        end: () => on(script.start(unit)),
      };
    case 'worker-slow':
      return {
        how: `every process of ${unit} is stopped for 1.8 of each 2 s; systemd ends that by itself`,
        begin: () => on(script.slow(unit, lasts)),
        end: () => on(script.goOn(unit)),
      };
    case 'worker-cut':
    case 'load-balancer-cut':
      return {
        how: `nftables drops every packet to and from it; its systemd ends that by itself, since nobody reaches it then`,
        begin: () => on(script.cut(lasts)),
        // Nobody reaches it before it has healed itself.
        end: async () => {},
      };
    case 'worker-power-off':
    case 'load-balancer-power-off':
      return powerOff(root, host, plug);
  }
}

function powerOff(root: () => Promise<Remote>, host: string, plug: Plug | undefined): Incident {
  if (plug === undefined)
    return {
      how: 'the kernel is told to reboot at once, without writing anything down (sysrq b): it comes back by itself',
      begin: async () => (await root()).run(script.reboot()),
      end: async () => {},
    };
  return {
    how: "the lab pulls its plug, and puts it in again at the drill's end",
    begin: () => plug.off(host),
    end: () => plug.on(host),
  };
}

interface Making {
  readonly drill: MachineDrill;
  readonly host: string;
  /** The app's. */
  readonly unit: string;
  /** A connection with root's rights. */
  readonly root: () => Promise<Remote>;
  readonly plug: Plug | undefined;
}

/**
 * Ends an incident.
 * @param lasts after which the machine ends it by itself
 * @throws BukaError `drill-not-put-back`
 */
export async function putBack(incident: Incident, host: string, lasts: Duration): Promise<void> {
  try {
    await incident.end();
  } catch (error) {
    throw new BukaError({
      code: 'drill-not-put-back',
      host,
      step: 'put back',
      message: 'The end of the incident could not be told to the machine.',
      seen: error instanceof Error ? error.message : String(error),
      left: `Its own systemd puts it back ${formatDuration(lasts)} after the incident began; a machine of the lab without power stays off.`,
      hint: `\`buka status\`; of a lab: \`npm run lab -- power-on ${host}\`.`,
      cause: error,
    });
  }
}

/** @throws ConfigurationError `drill-not-confirmed` unless somebody typed the name of what is going to suffer */
export function requireConfirmationOf(service: string, host: Host, typed: string | undefined): void {
  if (isConfirmed(service, host, typed)) return;
  throw new ConfigurationError({
    code: 'drill-not-confirmed',
    message: `This drill makes an incident on ${host.name} (${host.address}), a machine of ${service} that is none of a lab.`,
    seen: typed === undefined ? 'no --confirm' : `--confirm ${typed}`,
    left: 'Nothing was changed.',
    hint: `Is that what you want? Then, the service and the host: \`--confirm ${service}/${host.name}\`.`,
  });
}

/** Somebody typed the service and the host, word for word. */
export const isConfirmed = (service: string, host: Host, typed: string | undefined): boolean =>
  typed === `${service}/${host.name}`;

export const notDone = (host: string, message: string, hint: string, seen?: string) =>
  new BukaError({ code: 'drill-impossible', host, step: 'look', message, seen, left: 'Nothing was changed.', hint });
