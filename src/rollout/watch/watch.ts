import { BukaError } from '../../errors';
import type { Reporter, Step } from '../../reporter';
import { type Duration, milliseconds, seconds } from '../../units';
import type { Cancellation } from '../cancellation';
import type { Clock } from '../context';
import type { WatchVerdict } from '../report';
import type { AppTimes } from './app-times';
import { type Figures, judge, LEAST_REQUESTS, type Measurement } from './judge';
import type { Reading, WatchSource } from './source';
import { Tally } from './tally';

/** Between two measurements. */
export const INTERVAL = seconds(5);
/** Measurements of a batch that may fail: one alone never fails a release, it is measured again. */
export const FAILURE_LIMIT = 1;
/** Measurements in a row that may go without the word of somebody who is asked. */
export const CONSECUTIVE_ERROR_LIMIT = 4;
/** How probable it is at most that mere chance fails a good release, over all measurements of a batch. */
export const FALSE_ALARM = 0.01;

export interface WatchOptions {
  readonly source: WatchSource;
  /** Where the app itself tells how long its answers take; undefined where the source does. */
  readonly times?: AppTimes | undefined;
  readonly clock: Clock;
  readonly reporter: Reporter;
  readonly cancellation: Cancellation;
}

/**
 * Judges the new release by what customers get of it. One for the whole of a rollout: the workers that are still on the
 * old release are what the others are compared with.
 */
export class Watch {
  readonly #tally = new Tally();
  readonly #options: WatchOptions;
  #batch: readonly string[] = [];
  /** Errors of the new release that a measurement failed for. */
  #known = 0;
  #reading: Reading = { counters: new Map(), down: new Map(), silent: [] };

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /**
   * From here on these workers answer with the new release: they were just readmitted, or ran it before the rollout.
   * @param reading what the load balancers said when they were readmitted, which costs no round trip
   */
  switched(workers: readonly string[], reading: Reading): void {
    this.#tally.switch(workers, reading);
    this.#options.times?.switched(workers);
    this.#batch = workers;
    // It may be from just before their readmission.
    this.#reading = { ...reading, down: new Map([...reading.down].filter(([worker]) => !workers.includes(worker))) };
  }

  /**
   * Watches the workers on the new release for a time; without any, judges what came until the last reading.
   * @param batch its number, from 1
   * @throws BukaError `cancelled` at once when the run is cancelled
   */
  async watch(batch: number, duration: Duration): Promise<WatchVerdict> {
    const count = Math.max(1, Math.ceil(duration / INTERVAL));
    const interval = duration > 0 ? milliseconds(duration / count) : INTERVAL;
    let failures = 0;
    let errors = 0;
    if (duration > 0) this.#tell('started', `${count} measurements`);
    for (let number = 1; ; number += 1) {
      if (duration > 0 || number > 1) await this.#readAfter(interval);
      const { phase, why, seen } = this.#measure(FALSE_ALARM / count);
      const { silent } = this.#reading;
      failures += phase === 'failed' ? 1 : 0;
      errors = silent.length > 0 ? errors + 1 : 0;
      const told = [why, seen, ...silent.map(({ failure }) => `${failure.host} does not answer: ${failure.message}`)]
        .filter(Boolean)
        .join('; ');
      const end = (verdict: WatchVerdict['verdict']): WatchVerdict => {
        const quiet = verdict === 'inconclusive' && duration === 0 && this.#tally.fresh().requests < LEAST_REQUESTS;
        if (!quiet) this.#tell(verdict === 'failure' ? 'failed' : 'done', `${verdict}: ${told}`);
        if (verdict === 'inconclusive' && !quiet)
          this.#options.reporter.warning(
            `The watch of batch ${batch} is inconclusive; the rollout goes on. ${told}`,
            'nothing',
          );
        return { batch, verdict, seen: told, quiet };
      };
      if (failures > FAILURE_LIMIT) return end('failure');
      if (errors > CONSECUTIVE_ERROR_LIMIT) return end('inconclusive');
      // One that failed is confirmed, or not, by one more.
      if (number >= count && phase !== 'failed')
        return end(phase === 'successful' && errors === 0 ? 'success' : 'inconclusive');
      this.#tell('progress', `${Math.min(number, count)} of ${count}: ${told}`);
    }
  }

  async #readAfter(interval: Duration): Promise<void> {
    const { source, times, clock, cancellation } = this.#options;
    cancellation.check();
    await cancellation.orLeave(clock.sleep(interval));
    const [reading, untold] = await cancellation.orLeave(Promise.all([source.read(), times?.read() ?? []]));
    this.#reading = { ...reading, silent: [...reading.silent, ...untold] };
    this.#tally.add(this.#reading);
  }

  #measure(chance: number): Measurement {
    const { times } = this.#options;
    const fresh: Figures = { ...this.#tally.fresh(), ...times?.fresh() };
    const rest: Figures = { ...this.#tally.rest(), ...times?.rest() };
    const measured = judge(fresh, rest, chance, this.#known);
    if (measured.phase === 'failed') this.#known = fresh.errors;
    const down = [...this.#reading.down].filter(([worker]) => this.#tally.switched.includes(worker));
    if (down.length === 0) return measured;
    const why = down.map(([worker, hosts]) => `${worker} fails the health check of ${hosts.join(', ')}`).join('; ');
    return { ...measured, phase: 'failed', why };
  }

  #tell(state: Step['state'], detail: string): void {
    for (const host of this.#batch) this.#options.reporter.step({ host, name: 'watch', state, detail });
  }
}

/** The failure that a verdict of `failure` ends a rollout with. */
export function watchFailure({ batch, seen }: WatchVerdict): BukaError {
  return new BukaError({
    code: 'watch-failed',
    step: 'watch',
    message: `The new release does worse than it may, after batch ${batch}.`,
    seen,
    hint: "`buka status` shows every worker; the app's own log there (`journalctl -u <service>`) tells why. What was judged, and how: docs/watch.md.",
  });
}
