/** An answer that isn't a success: `code` is for programs, `message` for people. */
export class ShopError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

// PostgreSQL's classes 08 (connection), 53 (resources), 57 (operator intervention, timeouts) and 55P03 (lock timeout);
// otherwise an error of the socket or of the pool, which have no SQLSTATE.
const unavailable = /^(08|53|57)|^55P03$|^E[A-Z]+$/;
const poolMessages = /timeout exceeded when trying to connect|Connection terminated|Query read timeout/i;

/** Whether the database couldn't be asked: the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  return (code !== undefined && unavailable.test(code)) || poolMessages.test(error.message);
}
