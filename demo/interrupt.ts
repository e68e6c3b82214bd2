import { down } from '../lab';
import { Job } from './runner';

/**
 * Ctrl-C, or SIGTERM: cancels the running actions, takes the lab away, and ends this process with status 130.
 * @returns whether that has begun
 */
export function takeDownWhenInterrupted(...labs: readonly string[]): () => boolean {
  let begun = false;
  const leave = async () => {
    if (begun) return;
    begun = true;
    console.log('\nStopping; the machines are taken down …');
    await Job.cancelAll();
    await Promise.all(labs.map(down));
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, leave);
  return () => begun;
}
