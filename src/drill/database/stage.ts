import type { Host } from '../../cluster';
import { BukaError } from '../../errors';
import type { Remote, Script } from '../../remote';
import type { Context } from '../../rollout';
import { type Left, leftAt, type Scene, type Stage } from './left';

export interface DatabaseLossOptions {
  /** `<service>/<database host>`, as a person typed it. */
  readonly confirm: string | undefined;
  /** Who logs in to the database host and the backup server, with the rights of root. */
  readonly user: string;
  /** Delete the data instead of putting it aside. */
  readonly really: boolean;
  /** Called at each stage from the loss on: what there is if this process ends now. */
  readonly tellLeft?: ((left: Left) => void) | undefined;
}

/** What every part of the drill works with. */
export interface Drill {
  readonly context: Context;
  readonly host: Host;
  readonly database: string;
  readonly options: DatabaseLossOptions;
  readonly now: () => Date;
}

export const rootOn = ({ context, host, options }: Drill): Promise<Remote> =>
  context.remote({ ...host, user: options.user });

/** Does one stage; if it fails, what is left and what to type is of that stage, whatever the part knew of it. */
export async function inStage<T>({ options }: Drill, scene: Scene, stage: Stage, work: () => Promise<T>): Promise<T> {
  const { left, hint } = leftAt(stage, scene);
  options.tellLeft?.({ left, hint });
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BukaError)) throw new BukaError(unforeseen(error, { left, hint }));
    const { failure } = error;
    throw new BukaError({ ...failure, left, hint: [failure.hint, hint].filter(Boolean).join(' Then: ') });
  }
}

/** A fault of ours must not hide how the database comes back. */
const unforeseen = (cause: unknown, left: Left) => ({
  ...left,
  code: 'drill-broke-off',
  message: 'The drill broke off by a fault of its own.',
  seen: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
  cause,
});

/** Runs a script as root on the database host, and tells of it. */
export async function on<T>(drill: Drill, script: Script<T>, onLine?: (line: string) => void): Promise<T> {
  const { context, host } = drill;
  context.reporter.step({ host: host.name, name: script.name, state: 'started' });
  try {
    return await (await rootOn(drill)).run(script, onLine === undefined ? {} : { onLine });
  } catch (error) {
    context.reporter.step({ host: host.name, name: script.name, state: 'failed' });
    throw error instanceof BukaError ? error.with({ host: host.name, step: script.name }) : error;
  }
}
