import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { BukaError } from '../errors';
import { type Duration, formatDuration, minutes } from '../units';
import type { Sample, Span } from './samples';

/** Labels and values of one series. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** In the order of time. */
  readonly samples: readonly Sample[];
}

/** Prometheus's own limit for a query is 2 minutes (`--query.timeout`). */
const PATIENCE = minutes(3);
/** Questions under way at once; each is a channel of the one SSH connection. */
const AT_ONCE = 8;

const sample = z
  .tuple([z.number(), z.string()])
  .transform(([seconds, value]): Sample => ({ at: Math.round(seconds * 1000), value: toNumber(value) }));
const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(sample) })),
  }),
});
const complaint = z.object({ errorType: z.string(), error: z.string() });
const values = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: sample })) }),
});
const moment = z.object({ status: z.literal('success'), data: z.object({ result: sample }) });

/** A Prometheus server's HTTP API (its documentation, "HTTP API", version 1). */
export class Prometheus {
  #free = AT_ONCE;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param dial makes a connection to it, a new one each time
   * @param name whose it is, for messages
   * @param patience how long one answer may take
   */
  constructor(
    private readonly dial: () => Promise<Duplex>,
    private readonly name: string,
    private readonly patience: Duration = PATIENCE,
  ) {}

  /** What time it is there; the samples have its clock. */
  async now(): Promise<Date> {
    return new Date(this.#read(moment, await this.#ask('query', { query: 'scalar(vector(time()))' })).data.result.at);
  }

  /** An expression's value at this moment, one for each of its series. */
  async values(query: string): Promise<Series[]> {
    const { result } = this.#read(values, await this.#ask('query', { query })).data;
    return result.map(({ metric, value }) => ({ labels: metric, samples: [value] }));
  }

  /** A range selector, `up[60s]`: the samples as they were written, up to and with `at`. */
  async samples(query: string, at: number): Promise<Series[]> {
    return this.#series(await this.#ask('query', { query, time: String(at / 1000) }));
  }

  /** An expression's value at each end of a step within the span. */
  async steps(query: string, { from, to }: Span, step: number): Promise<Series[]> {
    const [start, end] = [from + step, to].map((at) => String(at / 1000));
    return this.#series(await this.#ask('query_range', { query, start, end, step: String(step / 1000) }));
  }

  #series(body: string): Series[] {
    const { result } = this.#read(answer, body).data;
    return result.map(({ metric, values }) => ({ labels: metric, samples: values }));
  }

  #read<T>(schema: z.ZodType<T>, body: string): T {
    const read = schema.safeParse(parsed(body));
    if (read.success) return read.data;
    throw this.#failure('answers something that is no answer to what it was asked.', body.slice(0, 500));
  }

  /** By POST, since a query may be longer than a URL. */
  async #ask(path: string, values: Record<string, string | undefined>): Promise<string> {
    const form = new URLSearchParams(
      Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    await this.#turn();
    try {
      const socket = await this.dial();
      const { status, body } = await this.#exchange(socket, path, form.toString());
      if (status === 200) return body;
      const told = complaint.safeParse(parsed(body));
      throw this.#failure(
        `refuses a question, with status ${status}.`,
        told.success ? `${told.data.errorType}: ${told.data.error}` : body.slice(0, 500),
      );
    } finally {
      this.#free += 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    while (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
  }

  #exchange(socket: Duplex, path: string, form: string): Promise<{ status: number | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) => {
        clearTimeout(timer);
        socket.destroy();
        reject(this.#failure('broke off.', cause instanceof Error ? cause.message : String(cause)));
      };
      const timer = setTimeout(() => fail(`no answer within ${formatDuration(this.patience)}`), this.patience);
      const asked = request({
        createConnection: () => socket,
        host: 'localhost',
        method: 'POST',
        path: `/api/v1/${path}`,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(form),
          // A week of probes is megabytes of text, and a tenth of that packed.
          'accept-encoding': 'gzip',
        },
      });
      asked.on('error', fail);
      asked.on('response', (response) => {
        bodyOf(response).then((body) => {
          clearTimeout(timer);
          socket.destroy();
          resolve({ status: response.statusCode, body });
        }, fail);
      });
      asked.end(form);
    });
  }

  #failure(what: string, seen: string): BukaError {
    return new BukaError({
      code: 'prometheus-failed',
      host: this.name,
      step: 'objectives',
      message: `Prometheus there ${what}`,
      seen,
      left: 'Nothing was changed.',
      hint: '`systemctl status prometheus` and `journalctl -u prometheus --since -15min` there.',
    });
  }
}

function bodyOf(response: IncomingMessage): Promise<string> {
  if (response.headers['content-encoding'] !== 'gzip') return text(response);
  const unpacked = createGunzip();
  // An answer that is cut off must not be waited for.
  response.on('error', (error) => unpacked.destroy(error));
  return text(response.pipe(unpacked));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Prometheus writes `NaN`, `+Inf` and `-Inf` in words of Go. */
const toNumber = (value: string) => Number(value.replace('Inf', 'Infinity'));
