/**
 * Node ends with status 0 when nothing is left to wait for, also in the middle of an `await`: a job would be green whose
 * rollout never came to its end.
 */
export function failWhenStuck(): void {
  process.once('beforeExit', () => {
    process.stderr.write(
      'error: Buka stopped in the middle: it waits for an answer that can no longer come. That is a bug of Buka.\n' +
        '  next: `buka status` shows what each worker runs; run the same again.\n',
    );
    process.exit(1);
  });
}
