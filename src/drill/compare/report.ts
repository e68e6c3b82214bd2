import type { Slo } from '../../cluster';
import type { Duration } from '../../units';
import type { Figures } from '../machine/figures';
import type { Late } from '../machine/late';
import type { Sharing } from './machines';
import type { Throughput } from './ramp';

/** `alone`: one worker, asked at its own address; `distributed`: all of them, through the shared address. */
export const systems = ['alone', 'distributed'] as const;
export type System = (typeof systems)[number];

/** What goes on while customers come. */
export const situations = ['quiet', 'deploy', 'worker-down', 'load-balancer-lost'] as const;
export type Situation = (typeof situations)[number];

/** What customers saw in a situation. */
export interface Seen {
  readonly figures: Figures;
  /** Of the situation: from when it began until all was as before. */
  readonly length: Duration;
  readonly late: Late;
  /** How often each reason occurred, of requests that failed. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Why something was not measured, for people. */
export interface LeftOut {
  readonly leftOut: string;
}

export type Outcome = Seen | LeftOut;

export interface SystemFigures {
  /** Where its customers came to. */
  readonly target: string;
  readonly throughput: Throughput | LeftOut;
  readonly situations: Readonly<Record<Situation, Outcome>>;
}

export interface CompareReport extends Readonly<Record<System, SystemFigures>> {
  readonly service: string;
  readonly at: Date;
  /** The one that was alone. */
  readonly worker: string;
  /** Names of all. */
  readonly workers: readonly string[];
  readonly loadBalancers: number;
  readonly objectives: Pick<Slo, 'availability' | 'meanResponseTime'>;
  readonly load: {
    readonly path: string;
    /** Requests a second, but for the throughput. */
    readonly rate: number;
    /** The most that was tried for the throughput. */
    readonly mostRate: number;
    /** How long a quiet time, a step of the throughput and an incident last. */
    readonly lasts: Duration;
  };
  /** Which machines share their processors. */
  readonly sharing: Sharing;
  /** `not-recovered`: something is not as it was before; what was to come then was left out. */
  readonly outcome: 'compared' | 'not-recovered';
  /** What was to come then was left out. */
  readonly cancelled: boolean;
}

export const isLeftOut = (outcome: Outcome | Throughput | LeftOut): outcome is LeftOut => 'leftOut' in outcome;
