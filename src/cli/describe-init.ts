import { type Command, Option } from 'commander';
import { questions } from '../init';
import type { Output } from './output';

type Perform = (json: boolean, work: (out: Output) => Promise<number>) => Promise<void>;

/** `buka init`: an option for each question, so that a script can answer what a person is asked. */
export function describeInit(program: Command, perform: Perform): void {
  const command = program
    .command('init')
    .description("write a first buka.yml and the workflows into an app's repository, asking what it can't see")
    .option('-C, --working-directory <folder>', "the app's folder", '.');
  for (const { name, asks, value, example } of questions)
    command.addOption(new Option(`--${name} <${value}>`, example === undefined ? asks : `${asks}: ${example}`));
  command
    .option('--workflows <names>', 'which workflows, or none (default: those that fit the answers)')
    .option('--yes', 'ask nothing: take what is seen and usual; hosts are never made up', false)
    .option('--force', 'replace files that differ', false)
    .option('--json', 'the result as JSON on standard output, progress on standard error', false)
    .action((options) =>
      perform(options.json, async (out) => {
        const [{ initCommand }, { terminalAsker }] = await Promise.all([import('./init'), import('./asker')]);
        const person = process.stdin.isTTY && process.stdout.isTTY && !options.yes && !options.json;
        return initCommand(options, out, person ? terminalAsker : undefined);
      }),
    );
}
