import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { Connections } from './connections';
import { reasonOf } from './failure';
import { pick, seeded } from './random';
import type { Sample } from './sample';
import type { Ask, LoadSettings } from './settings';

/** A request that has its time, before it is sent. */
interface Arrival<Kind extends string> extends Pick<Sample<Kind>, 'at' | 'kind' | 'target' | 'fresh'> {
  readonly ask: Ask;
  readonly browser: number;
}

interface Customers<Kind extends string> {
  /** @param random numbers from 0 up to 1, the same ones for the same seed */
  readonly ask: (kind: Kind, random: () => number) => Ask;
  readonly onSample: (sample: Sample<Kind>) => void;
  readonly stopped: AbortSignal;
}

/**
 * Customers who come at their own rate, whether or not the shop has answered the ones before them (an open model), and
 * whose waiting counts from when they came. So a shop that stands still shows: in how many came meanwhile, and in how
 * long each of them waited.
 * @returns once the load was stopped, or `maxSeconds` have passed, and every request has its answer or its failure.
 */
export async function generate<Kind extends string>(
  settings: LoadSettings<Kind>,
  { ask, onSample, stopped }: Customers<Kind>,
): Promise<void> {
  const connections = new Connections(settings);
  const inFlight = new Set<Promise<void>>();
  const start = now();
  const end = start + settings.maxSeconds * 1000;
  for (const arrival of arrivals(settings, ask, start)) {
    if (arrival.at >= end) break;
    const wait = arrival.at - now();
    // Nobody is asked to come earlier than due, and all who are overdue come at once.
    if (wait > 0) await sleep(wait, undefined, { signal: stopped }).catch(() => undefined);
    if (stopped.aborted) break;
    if (inFlight.size >= settings.maxInFlight) {
      onSample({ ...outcome(arrival, now()), failure: 'too many in flight' });
      continue;
    }
    const request = serve(arrival, connections.choose(arrival.target, arrival.fresh, arrival.browser)).then(onSample);
    inFlight.add(request);
    void request.finally(() => inFlight.delete(request));
  }
  await Promise.all(inFlight);
  await connections.close();
}

function* arrivals<Kind extends string>(
  settings: LoadSettings<Kind>,
  ask: Customers<Kind>['ask'],
  start: number,
): Generator<Arrival<Kind>> {
  const kinds = Object.keys(settings.shares) as Kind[];
  const random = seeded(settings.seed);
  for (let at = start; ; ) {
    at += (-Math.log(1 - random()) * 1000) / settings.rate;
    const kind = pick(random, kinds, (one) => settings.shares[one]);
    yield {
      at,
      kind,
      target: Math.floor(random() * settings.targets.length),
      fresh: random() < settings.fresh,
      browser: random(),
      ask: ask(kind, random),
    };
  }
}

/** One request; a failure is an answer too, so this never throws. */
async function serve<Kind extends string>(arrival: Arrival<Kind>, dispatcher: Dispatcher): Promise<Sample<Kind>> {
  const { expected, sale, ...request } = arrival.ask;
  const sent = now();
  try {
    const { statusCode, headers, body } = await dispatcher.request(request);
    const answer = await body.text(); // to the end: an answer that is cut short is a failure
    const served = expected === 'success' ? statusCode >= 200 && statusCode < 300 : statusCode === expected;
    const id = served ? sale?.idOf(answer) : undefined;
    const sample = outcome(arrival, sent, id);
    const failure = served ? undefined : `status ${statusCode}`;
    const release = headers['x-release'];
    return { ...sample, ...(failure && { failure }), ...(release && { release: String(release) }) };
  } catch (error) {
    return { ...outcome(arrival, sent), failure: reasonOf(error) };
  }
}

function outcome<Kind extends string>(arrival: Arrival<Kind>, sent: number, id?: string): Sample<Kind> {
  const { at, kind, target, fresh, ask } = arrival;
  const common = { at, kind, target, fresh, latency: now() - at, late: sent - at };
  return ask.sale === undefined ? common : { ...common, sale: { key: ask.sale.key, ...(id !== undefined && { id }) } };
}

/** Milliseconds since 1970 by a clock that never jumps. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
