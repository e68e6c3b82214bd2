import checkbox from '@inquirer/checkbox';
import confirm from '@inquirer/confirm';
import input from '@inquirer/input';
import { BukaError } from '../errors';
import { printable } from '../printable';
import type { Asker } from './init';

/** Asks the person in front of the terminal. Ctrl-C ends it with nothing written. */
export const terminalAsker: Asker = {
  text: ({ message, suggested, check }) =>
    orCancelled(
      input({
        message: `${message}:`,
        // Editable, so that clearing it says "none".
        ...(suggested !== undefined && { default: printable(suggested), prefill: 'editable' as const }),
        validate: async (text) => (await check(text)) ?? true,
      }),
    ),
  choice: (message, all) =>
    orCancelled(
      checkbox({ message, choices: all.map(({ name, chosen }) => ({ value: name, name, checked: chosen })) }),
    ),
  yes: (message) => orCancelled(confirm({ message, default: false })),
};

async function orCancelled<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== 'ExitPromptError') throw cause;
    throw new BukaError({ code: 'cancelled', message: 'Nobody answered.', left: 'Nothing was written.', cause });
  }
}
