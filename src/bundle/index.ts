import type { ActionName } from '../actions';

/**
 * What dist/ is made from: one bundle for every action and the terminal. The small files next to it in dist/ call this
 * with their own name.
 */
export async function start(name: ActionName | 'cli'): Promise<void> {
  if (name === 'cli') {
    const { main } = await import('../cli');
    process.exitCode = await main(process.argv.slice(2));
  } else {
    const { runAction } = await import('../actions');
    await runAction(name);
  }
}
