import { BukaError, type Failure } from '../errors';

/** One failure as it is; several as one that tells each of them whole. */
export function asOneFailure(
  failures: readonly BukaError[],
  several: Pick<Failure, 'code' | 'message'> & Partial<Failure>,
): BukaError {
  const [first, ...others] = failures;
  if (first !== undefined && others.length === 0) return first;
  return new BukaError({
    ...several,
    seen: failures.map(({ message }) => `- ${message.replaceAll('\n', '\n  ')}`).join('\n'),
    cause: failures,
  });
}

/** Runs the work on all at once and waits for every end. @throws BukaError for one or all that failed */
export async function everyOne<T, Result>(
  items: readonly T[],
  work: (item: T) => Promise<Result>,
  several: Pick<Failure, 'code' | 'message'> & Partial<Failure>,
): Promise<Result[]> {
  const ends = await Promise.allSettled(items.map(work));
  const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  const bug = failed.find((failure) => !(failure instanceof BukaError));
  if (bug !== undefined) throw bug;
  if (failed.length > 0) throw asOneFailure(failed as BukaError[], several);
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
