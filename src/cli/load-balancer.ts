import { join } from 'node:path';
import { type CancelListener, listenForCancel } from '../cancel';
import { loadCluster } from '../cluster';
import { drain, type LoadBalancerDrained, type LoadBalancerReadmitted, readmit } from '../maintenance';
import { formatDuration } from '../units';
import type { AppOptions } from './commands';
import { type HostOptions, withContext } from './context';
import { OK } from './exit-status';
import type { Output } from './output';

export type MaintenanceOptions = AppOptions & HostOptions & { user: string };

export async function drainCommand(host: string, options: MaintenanceOptions, out: Output): Promise<number> {
  const cluster = await loadCluster(join(options.workingDirectory, options.config));
  const signal = listenForCancel(whenCancelled(out));
  const drained = await withContext(
    cluster,
    out.reporter,
    options,
    (context) => drain(context, { host, user: options.user }),
    signal,
  );
  out.end();
  out.result(drained, drainedText);
  return OK;
}

export async function readmitCommand(host: string, options: MaintenanceOptions, out: Output): Promise<number> {
  const cluster = await loadCluster(join(options.workingDirectory, options.config));
  const signal = listenForCancel(whenCancelled(out));
  const readmitted = await withContext(
    cluster,
    out.reporter,
    options,
    (context) => readmit(context, { host, user: options.user }),
    signal,
  );
  out.end();
  out.result(readmitted, readmittedText);
  return OK;
}

const whenCancelled = (out: Output): CancelListener => ({
  cancelled: () =>
    out.reporter.warning(
      'cancelled: a move of the address that has begun comes to its end, which takes seconds; nothing else is begun. Ctrl-C again stops at once.',
    ),
  quitting: () => {
    out.end();
    out.reporter.warning(
      'stopped at once: a move of the address that has begun comes to its end by itself; `buka status` tells where it is.',
    );
  },
});

export function drainedText({ outcome, host, addressOn, moved, held }: LoadBalancerDrained): string {
  const next = `It can be rebooted. Afterwards: buka load-balancer readmit ${host}`;
  if (outcome === 'was-drained') return `${host} is drained already, and the address is on ${addressOn}.\n${next}`;
  const how = moved
    ? `the address went to ${addressOn}${held === undefined ? '' : `; new connections waited for ${formatDuration(held)} meanwhile`}`
    : `the address was on ${addressOn} already`;
  return `Drained: ${host}; ${how}.\n${next}`;
}

export function readmittedText({ outcome, host, addressOn }: LoadBalancerReadmitted): string {
  const where =
    addressOn === undefined
      ? ''
      : ` The address is on ${addressOn}${addressOn === host ? '' : ', and stays there until that one goes'}.`;
  return outcome === 'was-in-service' ? `${host} is in service already.${where}` : `Readmitted: ${host}.${where}`;
}
