import type { LeftOut, Situation, System } from './report';

/** One part of a comparison; they follow each other as planned. */
export interface Phase {
  readonly system: System;
  readonly what: Situation | 'throughput';
  /** Why it isn't measured; undefined where it is. */
  readonly leftOut?: string | undefined;
}

/**
 * What is measured, in which order: first what nobody but the customers notices, then a deploy, then what goes down. Pure.
 * @param deploy why there is none, where there is none
 * @param loss why no load balancer can be lost, where none can
 */
export function planOf({ deploy, loss }: { deploy?: LeftOut | undefined; loss?: LeftOut | undefined }): Phase[] {
  const order = (system: System, lost: LeftOut | undefined): Phase[] => [
    { system, what: 'quiet' },
    { system, what: 'throughput' },
    { system, what: 'deploy', ...deploy },
    { system, what: 'worker-down' },
    { system, what: 'load-balancer-lost', ...lost },
  ];
  return [...order('alone', { leftOut: 'it has none' }), ...order('distributed', loss)];
}
