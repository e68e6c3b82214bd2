import type { ActionName } from '../actions';
import { failWhenStuck } from './stuck';

/**
 * What dist/ is made from: one bundle for every action, their post step and the terminal. The small files next to it in
 * dist/ call this with their own name.
 */
export async function start(name: ActionName | 'post' | 'cli'): Promise<void> {
  failWhenStuck();
  if (name === 'cli') {
    const { main } = await import('../cli');
    process.exitCode = await main(process.argv.slice(2));
  } else {
    const { runAction, runPost } = await import('../actions');
    await (name === 'post' ? runPost() : runAction(name));
  }
  await flushed(process.stdout);
  await flushed(process.stderr);
  // A connection that hangs keeps nobody waiting.
  process.exit();
}

const flushed = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write('', () => resolve()));
