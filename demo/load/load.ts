import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FromChild, ToChild } from './child';
import type { Sample } from './customers';
import type { LoadSettings } from './settings';

const program = join(import.meta.dirname, 'child.ts');

/** A load that runs in a process of its own; its samples arrive about twice a second. */
export class Load {
  readonly samples: Sample[] = [];
  private readonly ended: Promise<void>;
  private whole = false;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message: FromChild) => {
      if (message === 'finished') this.whole = true;
      else this.samples.push(...message.samples);
    });
    this.ended = once(child, 'close').then(() => undefined);
  }

  /** @param prefix Goes before the command: what enters the lab's network namespace. */
  static start(settings: LoadSettings, prefix: readonly string[] = []): Load {
    const [command = '', ...args] = [...prefix, process.execPath, '--import', 'tsx', program];
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.send({ start: settings } satisfies ToChild);
    return new Load(child);
  }

  /**
   * No new requests; those in flight are waited for.
   * @throws Error when the process ended before it had told all it measured: figures with a hole prove nothing.
   */
  async stop(): Promise<readonly Sample[]> {
    if (this.child.connected) this.child.send('stop' satisfies ToChild);
    await this.ended;
    if (!this.whole) throw new Error('The load generator ended before it had reported every request.');
    return this.samples;
  }
}
