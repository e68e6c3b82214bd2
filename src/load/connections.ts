import { Pool } from 'undici';
import type { LoadSettings } from './settings';

/**
 * The customers' connections: browsers that keep theirs open, and others that open one for each request. A browser
 * opens another connection while its own is busy, so a request never waits for an earlier one.
 */
export class Connections {
  private readonly browsers: Pool[][];
  private readonly strangers: Pool[];

  constructor(settings: LoadSettings) {
    const pool = (origin: string, pipelining: 0 | 1) =>
      new Pool(origin, {
        pipelining, // 0: `Connection: close`
        connectTimeout: settings.timeout,
        headersTimeout: settings.timeout,
        bodyTimeout: settings.timeout,
      });
    this.browsers = settings.targets.map((target) =>
      Array.from({ length: Math.max(1, settings.browsers) }, () => pool(target, 1)),
    );
    this.strangers = settings.targets.map((target) => pool(target, 0));
  }

  /** @param chance From 0 up to 1: which browser. */
  choose(target: number, fresh: boolean, chance: number): Pool {
    const browsers = this.browsers[target] ?? [];
    const pool = fresh ? this.strangers[target] : browsers[Math.floor(chance * browsers.length)];
    if (pool === undefined) throw new RangeError(`no target ${target}`);
    return pool;
  }

  async close(): Promise<void> {
    await Promise.all([...this.browsers.flat(), ...this.strangers].map((pool) => pool.destroy()));
  }
}
