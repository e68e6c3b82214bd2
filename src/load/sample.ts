/** One request as its customer saw it. */
export interface Sample<Kind extends string = string> {
  /** When it was due, in milliseconds since 1970: latency counts from here, not from when it could be sent. */
  readonly at: number;
  readonly kind: Kind;
  /** Index into the targets of the settings. */
  readonly target: number;
  /** On a connection of its own, as opposed to one that a browser keeps open. */
  readonly fresh: boolean;
  /** Milliseconds from `at` until the whole answer was there, or the failure. */
  readonly latency: number;
  /** Milliseconds by which the generator itself was late in sending. */
  readonly late: number;
  /** Why it failed: `status 503`, `reset`, `refused`, `timeout`, `cut short` … Absent: the customer was served. */
  readonly failure?: string;
  /** The release that answered, from the `X-Release` header. */
  readonly release?: string;
  /** The idempotency key of a sale, and the sale's id once the shop acknowledged it. */
  readonly sale?: { readonly key: string; readonly id?: string };
}
