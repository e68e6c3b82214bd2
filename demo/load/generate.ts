import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { Connections } from './connections';
import { reasonOf } from './failure';
import { pick, seeded } from './random';
import { type Kind, kinds, type Sample } from './sample';
import type { LoadSettings } from './settings';
import { ask, saleId } from './shop';

/** A request that has its time, before it is sent. */
interface Arrival extends Pick<Sample, 'at' | 'kind' | 'target' | 'fresh'> {
  readonly sale: { readonly key: string; readonly product: number };
  readonly browser: number;
}

/**
 * Customers who come at their own rate, whether or not the shop has answered the ones before them (an open model), and
 * whose waiting counts from when they came. So a shop that stands still shows: in how many came meanwhile, and in how
 * long each of them waited.
 * @returns once the load was stopped, or `maxSeconds` have passed, and every request has its answer or its failure.
 */
export async function generate(
  settings: LoadSettings,
  { onSample, stopped }: { onSample: (sample: Sample) => void; stopped: AbortSignal },
): Promise<void> {
  const connections = new Connections(settings);
  const inFlight = new Set<Promise<void>>();
  const start = now();
  const end = start + settings.maxSeconds * 1000;
  for (const arrival of arrivals(settings, start)) {
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

function* arrivals(settings: LoadSettings, start: number): Generator<Arrival> {
  const random = seeded(settings.seed);
  for (let at = start; ; ) {
    at += (-Math.log(1 - random()) * 1000) / settings.rate;
    yield {
      at,
      kind: pick(random, kinds, (kind: Kind) => settings.shares[kind]),
      target: Math.floor(random() * settings.targets.length),
      fresh: random() < settings.fresh,
      browser: random(),
      sale: { product: pick(random, settings.products), key: randomUUID() },
    };
  }
}

/** One request; a failure is an answer too, so this never throws. */
async function serve(arrival: Arrival, dispatcher: Dispatcher): Promise<Sample> {
  const { expected, ...request } = ask(arrival.kind, arrival.sale);
  const sent = now();
  try {
    const { statusCode, headers, body } = await dispatcher.request(request);
    const answer = await body.text(); // to the end: an answer that is cut short is a failure
    const id = arrival.kind === 'sale' && statusCode === expected ? saleId(answer) : undefined;
    const sample = outcome(arrival, sent, id);
    const failure = statusCode === expected ? undefined : `status ${statusCode}`;
    const release = headers['x-release'];
    return { ...sample, ...(failure && { failure }), ...(release && { release: String(release) }) };
  } catch (error) {
    return { ...outcome(arrival, sent), failure: reasonOf(error) };
  }
}

function outcome({ at, kind, target, fresh, sale }: Arrival, sent: number, id?: string): Sample {
  const common = { at, kind, target, fresh, latency: now() - at, late: sent - at };
  return kind === 'sale' ? { ...common, sale: { key: sale.key, ...(id !== undefined && { id }) } } : common;
}

/** Milliseconds since 1970 by a clock that never jumps. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
