import type { Sample } from '../../demo/load';
import type { Cell } from './matrix';

/** A rule by which a request may fail for the fault itself, and for nothing that Buka did. */
export interface Rule {
  /** When the request was due, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** What the customer saw. */
  readonly seen: RegExp;
  /** Indices of the addresses that it was sent to; all when absent. */
  readonly targets?: readonly number[] | undefined;
  /** Only on a connection that a browser keeps open. */
  readonly kept?: boolean | undefined;
  readonly why: string;
}

/** What was known when the fault was injected, and after. */
export interface Facts {
  readonly cell: Pick<Cell, 'fault'>;
  readonly at: number;
  readonly mendedAt: number;
  /** The worker that it hit was taking requests then. */
  readonly inRotation: boolean;
  /** The load balancer that it hit held the virtual address then. */
  readonly led: boolean;
  /** Index of that load balancer's own address among the targets; the virtual one is 0. */
  readonly own: number;
  /** When the app died by itself while it might have had requests. */
  readonly deaths: readonly number[];
}

const second = 1000;
/** The slowest request takes 2 s by design: what was due before this is answered. */
const longest = 3 * second;
/** Two checks that fail, each given 3 s, at an interval of 0.5 s (the lab's HAProxy), and one second. */
const detection = 8 * second;
/** Three advertisements of 0.3 s that don't come, the address told to all, and connections that find out. */
const takeover = 5 * second;
const broken = /^(reset|refused|unreachable|timeout|cut short)$/;
const brokenOr5xx = /^(reset|refused|unreachable|timeout|cut short|status 50[0234])$/;

export function rulesFor({ cell, at, mendedAt, inRotation, led, own, deaths }: Facts): Rule[] {
  const dead = deaths.map(
    (death): Rule => ({
      from: death - longest,
      until: death + 2 * second,
      seen: brokenOr5xx,
      why: 'the app died while it had the request',
    }),
  );
  switch (cell.fault) {
    case 'worker powered off':
    case 'worker cut off':
      return [
        {
          from: at - longest,
          until: inRotation ? at + detection : at,
          seen: brokenOr5xx,
          why: inRotation ? 'at the worker, until its health check noticed' : 'at the worker when it went',
        },
      ];
    case 'load balancer powered off':
      return [
        {
          from: at - longest,
          until: mendedAt + 12 * second,
          seen: brokenOr5xx,
          targets: [own],
          why: "to the load balancer's own address while it was off",
        },
        ...(led
          ? [
              ...moved(at - longest, at + takeover, at),
              ...moved(mendedAt - 5 * second, mendedAt + 12 * second, mendedAt),
            ]
          : []),
      ];
    case 'load balancer reloaded':
      return [
        {
          from: at - second,
          until: at + 2 * second,
          seen: /^reset$/,
          kept: true,
          targets: led ? [0, own] : [own],
          why: 'on a kept connection that the old HAProxy process closed',
        },
      ];
    case 'database down':
      return [
        {
          from: at - longest,
          until: mendedAt + 3 * second,
          seen: /^(status 50[0234]|timeout|reset)$/,
          why: 'the database was down',
        },
      ];
    case 'app fails':
      return dead;
    default:
      return [];
  }
}

/**
 * The virtual address moves: what is under way breaks, and a connection that a browser keeps open is found dead when it
 * is used next, which may be as late as HAProxy's `timeout client` of 50 s.
 */
const moved = (from: number, until: number, at: number): Rule[] => [
  { from, until, seen: broken, targets: [0], why: 'the virtual address moved' },
  {
    from,
    until: at + 50 * second,
    seen: /^reset$/,
    kept: true,
    targets: [0],
    why: 'on a connection kept open to the load balancer that had the virtual address before',
  },
];

export interface Account {
  readonly failed: number;
  /** How many each rule explains, in words. */
  readonly explained: ReadonlyMap<string, number>;
  readonly unexplained: readonly Sample[];
}

/** Every failed request is explained by a rule, or it isn't. */
export function account(samples: readonly Sample[], rules: readonly Rule[]): Account {
  const failed = samples.filter(({ failure }) => failure !== undefined);
  const explained = new Map<string, number>();
  const unexplained: Sample[] = [];
  for (const sample of failed) {
    const rule = rules.find((each) => explains(each, sample));
    if (rule) explained.set(rule.why, (explained.get(rule.why) ?? 0) + 1);
    else unexplained.push(sample);
  }
  return { failed: failed.length, explained, unexplained };
}

const explains = ({ from, until, seen, targets, kept }: Rule, { at, failure = '', target, fresh }: Sample): boolean =>
  at >= from && at <= until && seen.test(failure) && (targets?.includes(target) ?? true) && !(kept && fresh);
