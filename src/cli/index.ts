import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { MachineDrill } from '../drill';
import { ConfigurationError } from '../errors';
import { describeDoctor } from './describe-doctor';
import { describeInit } from './describe-init';
import { Output } from './output';

/**
 * The `buka` command.
 * @param words the arguments after the program's name
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage or configuration
 */
export async function main(words: readonly string[]): Promise<number> {
  // Whoever reads along may go away; that ends no rollout in the middle.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  let status = 0;
  let out = new Output(false);
  const program = commandLine(async (json, work) => {
    out = new Output(json);
    status = await work(out, await import('./commands'));
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return status;
  } catch (error) {
    // It has said by itself what is wrong with the words; asking for help is no mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    out.error(error);
    return error instanceof ConfigurationError ? 2 : 1;
  }
}

const incidents: readonly (readonly [name: MachineDrill, argument: string, description: string])[] = [
  ['worker-crash', 'worker', 'end the app of a worker by SIGKILL'],
  ['worker-power-off', 'worker', 'take the power from a worker; one that is no lab machine reboots at once instead'],
  ['worker-cut', 'worker', 'cut a worker from the network for 20 s'],
  ['worker-slow', 'worker', 'make the app of a worker answer slowly for 20 s'],
  ['load-balancer-power-off', 'load-balancer', 'the same as worker-power-off, of a load balancer'],
  ['load-balancer-cut', 'load-balancer', 'cut a load balancer from the network for 20 s'],
];
/** A service under a drill gets no more. */
const MOST_REQUESTS = 200;

const wholeUpTo = (most: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`Use a whole number from 1 to ${most}.`);
};

type Commands = typeof import('./commands');
export type Perform = (json: boolean, work: (out: Output, commands: Commands) => Promise<number>) => Promise<void>;

/** Every command with its options; `perform` is given what the words ask for. */
export function commandLine(perform: Perform): Command {
  const program = new Command('buka')
    .description('Deploys while the shop stays open: releases roll across the workers, no request is dropped.')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(buka --help lists all commands)');
  const command = (usage: string, description: string, parent = program) =>
    parent
      .command(usage)
      .description(description)
      .option('-c, --config <path>', 'buka.yml, relative to the working directory', 'buka.yml')
      .option('-C, --working-directory <folder>', "the app's folder", '.')
      .option('--json', 'the result as JSON on standard output, progress on standard error', false);
  const onHosts = (usage: string, description: string, parent = program) =>
    command(usage, description, parent)
      .option('--key <path>', 'private key of the deploy user; else BUKA_SSH_KEY (its text), else the SSH agent')
      .option('--known-hosts <path>', 'public keys of the hosts (default: ~/.ssh/known_hosts)');
  const archive = () => new Option('--archive <path>', 'a release that `buka build` packed; without it, builds one');
  const without = () =>
    new Option(
      '--without-load-balancer <name>',
      'leave it out while it is away, if it is shown to take no traffic; repeatable',
    ).argParser((name, others: readonly string[] = []) => [...others, name]);
  const withoutBackup = () =>
    new Option('--without-backup <reason>', 'deploy without a backup from before; why goes into the history');
  const despiteObjectives = () =>
    new Option(
      '--despite-objectives <reason>',
      'deploy whatever the objectives say, where they are asked; why goes into the history',
    );
  const dryRun = () => new Option('--dry-run', 'print the plan made from what was observed, and change nothing');

  describeInit(program, perform);
  describeDoctor(onHosts, perform);
  command('build', 'build and test the app, and pack a release')
    .option('-o, --output <path>', 'where the packed release goes', 'release.tar.zst')
    .action((options) => perform(options.json, (out, { buildCommand }) => buildCommand(options, out)));
  onHosts('plan', 'print what a deploy would do, and change nothing')
    .addOption(archive())
    .action((options) =>
      perform(options.json, (out, { deployCommand }) => deployCommand({ ...options, dryRun: true }, out)),
    );
  onHosts('deploy', 'roll a release across the workers')
    .addOption(archive())
    .addOption(without())
    .addOption(withoutBackup())
    .addOption(despiteObjectives())
    .addOption(dryRun())
    .action((options) => perform(options.json, (out, { deployCommand }) => deployCommand(options, out)));
  onHosts('rollback [release]', 'roll back to a release on the workers; without an id, to the last good one')
    .option('--reason <text>', 'why, for the history on every worker')
    .addOption(without())
    .addOption(dryRun())
    .action((release, options) =>
      perform(options.json, (out, { rollbackCommand }) => rollbackCommand(release, options, out)),
    );
  onHosts('repair', 'put right what a run that died, or a fault, left behind, on every host that can be reached')
    .addOption(dryRun())
    .action((options) => perform(options.json, (out, { repairCommand }) => repairCommand(options, out)));
  onHosts('backup', 'have the backup server make a backup of the database, and prove it')
    .option('--reason <text>', 'why, for the list of backups')
    .action((options) =>
      perform(options.json, async (out) => {
        const { backupCommand } = await import('./backups');
        return backupCommand(options, out);
      }),
    );
  onHosts('backups', 'list the backups, and what their last proof came to').action((options) =>
    perform(options.json, async (out) => {
      const { backupsCommand } = await import('./backups');
      return backupsCommand(options, out);
    }),
  );
  onHosts('prove [id]', 'restore a backup beside and compare it once more; without an id, the newest one').action(
    (id, options) =>
      perform(options.json, async (out) => {
        const { proveCommand } = await import('./backups');
        return proveCommand(id, options, out);
      }),
  );
  onHosts(
    'restore [id]',
    'take the database back to a backup; without an id, to the newest one that no proof found broken',
  )
    .option('--release <id>', 'the newest backup from when that release was on the workers')
    .option('--to <time>', 'in continuous mode, what it was at that instant: 2026-11-27T22:15:01Z')
    .option('--reason <text>', 'why, for the history on every worker')
    .option('--yes', 'go on without asking')
    .option('--drop-previous', 'restore nothing: drop the databases that earlier restores put aside')
    .option('--dry-run', 'print what would be lost, and change nothing')
    .action((id, options) =>
      perform(options.json, async (out) => {
        const { restoreCommand } = await import('./restore');
        return restoreCommand(id, options, out);
      }),
    );
  onHosts('releases', 'list the releases on the workers, and what ran when').action((options) =>
    perform(options.json, (out, { releasesCommand }) => releasesCommand(options, out)),
  );
  onHosts('status', 'show every worker as it is now; exit status 1 where one is not as it should be').action(
    (options) => perform(options.json, (out, { statusCommand }) => statusCommand(options, out)),
  );
  onHosts('slo', 'tell whether the objectives are met: availability, response time, error budget, incidents')
    .option('--page <path>', 'also write the report as an HTML page with charts, which needs no network')
    .option('--badge <path>', 'also write a badge, as SVG')
    .option('--fail-on <verdict>', 'exit with 1 when an objective is missed, or is missed or unknown', 'nothing')
    .action((options) =>
      perform(options.json, async (out) => {
        const { sloCommand } = await import('./slo');
        return sloCommand(options, out);
      }),
    );
  const lock = program.command('lock').description('the lock that a run holds on every worker: status, release');
  onHosts('status', 'show who holds the lock of each worker, and its last sign of life', lock).action((options) =>
    perform(options.json, (out, { lockStatusCommand }) => lockStatusCommand(options, out)),
  );
  onHosts('release', 'release the locks of runs that stopped renewing them; others only when the run is named', lock)
    .option('--run <id>', 'a run, from `buka lock status`, that loses its lock even if it is alive, and then stops')
    .action((options) => perform(options.json, (out, { lockReleaseCommand }) => lockReleaseCommand(options, out)));
  onHosts('provision [hosts...]', 'make bare Debian or Ubuntu machines the cluster of buka.yml; twice changes nothing')
    .option('--check', 'list what differs, and change nothing; exit status 2 where something does', false)
    .option('--user <name>', 'who logs in, with the rights of root; --key is their key', 'root')
    .action((hosts, options) =>
      perform(options.json, async (out) => {
        const { provisionCommand } = await import('./provision');
        return provisionCommand(hosts, options, out);
      }),
    );
  const loadBalancer = program
    .command('load-balancer')
    .description('take a load balancer out of service without failing a request, and back: drain, readmit');
  const root = () =>
    new Option('--user <name>', 'who logs in, with the rights of root; --key is their key').default('root');
  onHosts('drain <host>', 'move the shared address off it, and keep it off, also over a reboot', loadBalancer)
    .addOption(root())
    .action((host, options) =>
      perform(options.json, async (out) => {
        const { drainCommand } = await import('./load-balancer');
        return drainCommand(host, options, out);
      }),
    );
  onHosts('readmit <host>', 'let it take the address again, once it serves as the others do', loadBalancer)
    .addOption(root())
    .action((host, options) =>
      perform(options.json, async (out) => {
        const { readmitCommand } = await import('./load-balancer');
        return readmitCommand(host, options, out);
      }),
    );
  const drill = program
    .command('drill')
    .description('an incident made on purpose, under load, and what customers saw of it');
  for (const [name, argument, description] of incidents)
    onHosts(`${name} <${argument}>`, description, drill)
      .option('--confirm <service/host>', "the service and the host, word for word; not for a lab's machine")
      .option('--path <path>', 'what customers ask for, by GET, through the shared address; else the health URL')
      .addOption(new Option('--rate <requests>', 'requests a second').default(50).argParser(wholeUpTo(MOST_REQUESTS)))
      .addOption(new Option('--user <name>', 'who logs in to the host, with the rights of root').default('root'))
      .action((host, options) =>
        perform(options.json, async (out) => {
          const { machineDrillCommand } = await import('./machine-drill');
          return machineDrillCommand(name, host, options, out);
        }),
      );
  onHosts('database-loss', 'lose the database of a staging cluster, and measure how it comes back', drill)
    .option('--confirm <service/host>', 'the service and the database host of buka.yml, word for word')
    .option('--really', 'delete the data, instead of putting it aside on the database host', false)
    .option('--user <name>', 'who logs in to the database host and the backup server, with the rights of root', 'root')
    .action((options) =>
      perform(options.json, async (out) => {
        const { databaseLossCommand } = await import('./drill');
        return databaseLossCommand(options, out);
      }),
    );
  const names = (name: string, others: readonly string[] = []) => [...others, name];
  onHosts(
    'compare <worker>',
    'what customers see of one worker alone, and of all: throughput, times, incidents, a deploy',
  )
    .addOption(
      new Option(
        '--confirm <service/host>',
        "a machine that may fail, word for word; not for a lab's; repeatable",
      ).argParser(names),
    )
    .option('--archive <path>', 'a release that is deployed and taken back; without it no deploy is compared')
    .option('--path <path>', 'what customers ask for, by GET; else the health URL')
    .addOption(new Option('--rate <requests>', 'requests a second').default(50).argParser(wholeUpTo(MOST_REQUESTS)))
    .addOption(
      new Option('--most-rate <requests>', 'no more are tried for the throughput')
        .default(2000)
        .argParser(wholeUpTo(5000)),
    )
    .addOption(
      new Option('--seconds <count>', 'how long a quiet time, a step of the throughput and an incident last')
        .default(20)
        .argParser(wholeUpTo(120)),
    )
    .option('--page <path>', 'also write it as an HTML page with charts, which needs no network')
    .option('--markdown <path>', 'also write it as Markdown')
    .addOption(new Option('--user <name>', 'who logs in to them, with the rights of root').default('root'))
    .action((worker, options) =>
      perform(options.json, async (out) => {
        const { compareCommand } = await import('./compare');
        return compareCommand(worker, options, out);
      }),
    );
  program
    .command('lab')
    .description('machines to rehearse on: up, down, status, ssh and more (from a clone of the repository)')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[words...]')
    .action((words: string[]) =>
      perform(false, async () => {
        const { runLab } = await import('./lab');
        return runLab(words);
      }),
    );
  return program;
}
