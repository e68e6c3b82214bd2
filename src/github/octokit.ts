import { randomUUID } from 'node:crypto';
import { Octokit } from '@octokit/core';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { type Duration, milliseconds, seconds } from '../units';

/** A connection that says nothing is given up after so long. */
const ONE_TRY = seconds(10);
const RETRIES = 2;

export interface OctokitSettings {
  readonly token: string;
  /** Without a slash at its end. */
  readonly url: string;
  /** Stands for a second wherever GitHub, or the plugins, tell how many seconds to wait. */
  readonly second: Duration;
  /** What is left of the time that all of the caller's questions may take. */
  left(): Duration;
}

/**
 * GitHub's own client. It waits as GitHub asks when there were too many requests, writes no faster than GitHub wants, and
 * asks again after a failure of the server; what makes something new says `retries: 0`, as it may have been made.
 */
export function octokitFor({ token, url, second, left }: OctokitSettings): Octokit {
  const Client = Octokit.plugin(retry, throttling);
  // A self-hosted runner may reach GitHub through a proxy only; Node's own `fetch` knows nothing of `https_proxy`.
  const dispatcher = new EnvHttpProxyAgent();
  const waitsFor = (count: number, _options: unknown, _octokit: unknown, retries: number) =>
    retries < RETRIES && milliseconds(count * second) < left();
  return new Client({
    auth: token,
    baseUrl: url,
    userAgent: 'buka',
    // What a server says of itself is no line of this job's log.
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    request: {
      fetch: async (address: string, how: object) => {
        // Named so, it isn't asked again; what its caller gets is decided already.
        if (left() <= 0) throw new DOMException('There is no time left.', 'AbortError');
        const signal = AbortSignal.timeout(Math.max(1, Math.min(ONE_TRY, left())));
        return fetch(address, { ...how, dispatcher, signal });
      },
    },
    // Its own list, and 429: how long to wait then is the other plugin's to say.
    retry: { retries: RETRIES, retryAfterBaseValue: second, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
    throttle: {
      // Its limits are kept per id; of two clients none waits for what the other did.
      id: randomUUID(),
      retryAfterBaseValue: second,
      onRateLimit: waitsFor,
      onSecondaryRateLimit: waitsFor,
    },
  });
}

const nothing = () => {};
