import { milliseconds } from '../../units';
import type { Lease, ServerView } from '../load-balancer';

/** What one process says of one server. */
export interface ServerFact {
  readonly process: string;
  /** An old process finishes what it has since a reload, and takes no new connection. */
  readonly old: boolean;
  readonly backend: string;
  readonly server: string;
  /** Bits of `srv_admin_state` (HAProxy's management guide, `show servers state`). */
  readonly admin: number;
  /** Bits of `srv_check_state`: 2 configured, 4 enabled. */
  readonly checking: number;
  readonly inFlight: number;
  readonly tracks: boolean;
  /** `L7OK`, `L4CON` …; undefined where no check has said anything. */
  readonly check?: string | undefined;
  readonly status: string;
}

export interface Facts {
  readonly processes: readonly string[];
  readonly servers: readonly ServerFact[];
  /** Backends and servers that a current process lacks. */
  readonly missing: readonly { readonly backend: string; readonly server: string }[];
  /** Processes that don't tell what they hold. */
  readonly unreadable: readonly { readonly process: string; readonly old: boolean; readonly backend: string }[];
  readonly backendNames: readonly string[];
  readonly serverNames: readonly { readonly backend: string; readonly server: string }[];
  readonly traffic: readonly TrafficFact[];
  /** What Buka holds out of rotation, by worker. */
  readonly marks: ReadonlyMap<string, Mark>;
}

/** What one process has counted for one server; `ttime` is in milliseconds. */
export interface TrafficFact {
  readonly backend: string;
  readonly server: string;
  readonly responses: number;
  readonly serverErrors: number;
  readonly failed: number;
  readonly ttime: number;
}

export interface Mark {
  /** The processes in which Buka drained it. */
  readonly processes: ReadonlySet<string>;
  readonly lease: Lease;
}

const maintenance = 1 | 2 | 4 | 32;
const drain = 8 | 16;
const passes = new Set(['L4OK', 'L6OK', 'L7OK', 'PROCOK']);

/** Reads the lines that `reading.ts` prints. */
export function parseFacts(text: string): Facts {
  const rows = text.split('\n').map((line) => line.split(' '));
  const of = (kind: string, length: number) =>
    rows.filter((row) => row[0] === kind && row.length >= length).map((row) => row.slice(1) as string[]);
  const pair = ([backend = '', server = '']: string[]) => ({ backend, server });
  const names = of('name', 2);
  return {
    processes: of('pids', 1).at(-1) ?? [],
    servers: of('server', 12).map(serverFact),
    missing: of('missing', 3).map(pair),
    unreadable: of('unreadable', 4).map(([process = '', age, backend = '']) => ({
      process,
      old: age === 'old',
      backend,
    })),
    backendNames: names.filter((name) => name.length === 1).map(([backend = '']) => backend),
    serverNames: names.filter((name) => name.length === 2).map(pair),
    traffic: of('traffic', 8).map(([, backend = '', server = '', ...counts]) => {
      const [responses = 0, serverErrors = 0, failed = 0, ttime = 0] = counts.map(Number);
      return { backend, server, responses, serverErrors, failed, ttime };
    }),
    marks: new Map(
      of('mark', 4).map(([worker = '', left, alive, ...processes]) => [
        worker,
        {
          processes: new Set(processes.filter(Boolean)),
          lease: { left: milliseconds(Number(left) * 10), alive: alive === 'alive' },
        },
      ]),
    ),
  };
}

function serverFact(row: string[]): ServerFact {
  const [process = '', age, backend = '', server = '', admin, checking, , inFlight, tracks, check, ...status] = row;
  return {
    process,
    old: age === 'old',
    backend,
    server,
    admin: Number(admin),
    checking: Number(checking),
    inFlight: Number(inFlight),
    tracks: tracks !== '-',
    check: check === '-' ? undefined : check,
    status: status.join(' '),
  };
}

/** What an operator, the configuration or a tracked server asks of it. */
export function adminOf({ admin }: ServerFact): ServerView['admin'] {
  if (admin & maintenance) return 'maintenance';
  return admin & drain ? 'drain' : 'ready';
}

/**
 * What the check last said. `UP 1/2` with a check that passed comes right after maintenance, before any check: the
 * word is from before.
 */
export function checkOf(fact: ServerFact): ServerView['check'] {
  if (fact.tracks) return /^(UP|DRAIN)$/.test(fact.status) ? 'passed' : unsettled(fact.status);
  if ((fact.checking & 6) !== 6 || fact.check === undefined || fact.check === 'INI') return 'unchecked';
  if (!passes.has(fact.check)) return 'failed';
  return unsettled(fact.status, 'passed');
}

function unsettled(status: string, otherwise: ServerView['check'] = 'unchecked'): ServerView['check'] {
  if (status.startsWith('DOWN')) return 'failed';
  return / \d+\/\d+$/.test(status) ? 'unchecked' : otherwise;
}

/** It gets new requests. */
export function takesTraffic(fact: ServerFact): boolean {
  return adminOf(fact) === 'ready' && /^(UP( \d+\/\d+)?|no check)$/.test(fact.status);
}
