import { spawn, spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { BukaError } from '../src/errors';
import { down } from './down';
import { needRoot } from './host';
import { attachLab, type Lab } from './lab';
import { insideNetwork } from './network';
import { printLogs, printStatus } from './show';
import { labFolder, readRecord } from './state';
import { up } from './up';

const repository = join(import.meta.dirname, '..');
const say = (line: string) => console.log(line);

const program = new Command('lab')
  .description('Real Debian machines on this machine, laid out as a buka.yml says, in a network without a way out.')
  .enablePositionalOptions()
  .showHelpAfterError();

interface Named {
  readonly name: string;
}

const command = (verb: string, description: string) =>
  program
    .command(verb)
    .description(description)
    .option('--name <lab>', 'which lab; several can be up side by side', ownLab());

/** Inside a lab (`lab run`), that lab is meant. */
function ownLab(): string {
  return process.env.BUKA_LAB ? basename(process.env.BUKA_LAB) : 'lab';
}

const attach = ({ name }: Named): Lab => {
  needRoot();
  return attachLab(name);
};

command('up', 'make the machines of a buka.yml and wait until each answers SSH')
  .option('--cluster <buka.yml>', 'the cluster to make', join(repository, 'examples/pos/buka.yml'))
  .option('--sizes <file>', 'memory and disk by role or host, see docs/lab.md')
  .option('--bare', "set nothing up: sshd, root's key, and a source of packages; for buka provision", false)
  .option('--suite <release>', "machines of another release than this machine's, by its code name: trixie")
  .action(async ({ name, ...how }: Named & { cluster: string; sizes?: string; bare: boolean; suite?: string }) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => giveUp(name, signal));
    await up({ name, ...how, say });
    say(`next: npm run lab -- status${name === 'lab' ? '' : ` --name ${name}`}`);
  });

command('down', 'take the lab away: machines, network, mounts, files; also what a killed one left').action(
  async ({ name }: Named) => {
    needRoot();
    await down(name);
    say(`lab ${name} is gone`);
  },
);

command('status', 'show the machines of the lab').action((options: Named) => printStatus(attach(options)));

command('ssh', 'a shell in a machine, or a command; as root directly, or over SSH as another user')
  .argument('<host>')
  .argument('[command...]')
  .option('--user <user>', "log in over SSH as this user, with the lab's key", 'root')
  .passThroughOptions()
  .action((host: string, command: string[], { user, ...named }: Named & { user: string }) => {
    const here = attach(named);
    if (user !== 'root') return become(...insideNetwork(here.name, ['ssh', ...here.sshArguments(host, command, user)]));
    const shell = command.length > 0 ? ['/bin/sh', '-c', command.join(' ')] : ['/bin/bash', '-l'];
    return become('nsenter', here.shellArguments(host, shell));
  });

command('run', "run a command in the lab's network, with BUKA_LAB set: where runners, tests and load live")
  .argument('<command...>')
  .passThroughOptions()
  .action((command: string[], options: Named) => {
    const here = attach(options);
    return become(...insideNetwork(here.name, command), { ...process.env, ...here.env });
  });

command('logs', "show a machine's journal (its console while it is off), or the console of all")
  .argument('[host]')
  .action((host: string | undefined, options: Named) => printLogs(attach(options), host));

const onHost = (verb: string, description: string, act: (lab: Lab, host: string) => Promise<void>) =>
  command(verb, description)
    .argument('<host>')
    .action(async (host: string, options: Named) => {
      await act(attach(options), host);
      say(`${host}: ${verb} done`);
    });

onHost('power-off', 'pull the plug of a machine', (here, host) => here.powerOff(host));
onHost('power-on', 'switch a machine on and wait until it answers SSH', async (here, host) => {
  await here.powerOn(host);
  if (!here.isCut(host)) await here.waitForSsh([host]);
});
onHost('cut', 'pull the network cable of a machine', (here, host) => here.cut(host));
onHost('heal', 'plug the cable in again', (here, host) => here.heal(host));
onHost('fill-disk', "fill a machine's disk to the last byte", (here, host) => here.fillDisk(host));
onHost('free-disk', 'take away what fill-disk put there', (here, host) => here.freeDisk(host));

/** Stops in the middle of `up`, and takes away what this process has made until now. */
function giveUp(name: string, signal: 'SIGINT' | 'SIGTERM'): never {
  if (readRecord(labFolder(name))?.upBy.pid === process.pid) {
    say(`interrupted: taking the lab ${name} away`);
    const self = [...process.execArgv, process.argv[1] ?? '', 'down', '--name', name];
    spawnSync(process.execPath, self, { stdio: 'inherit' }); // waiting for it stops `up` where it is
  }
  process.exit(signal === 'SIGINT' ? 130 : 143);
}

/** Runs a command on this terminal; its exit status becomes ours. */
function become(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit', env });
  // The terminal sends ctrl-C to the child as well; a signal sent to this process alone is passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      process.exitCode = status ?? (signal === 'SIGINT' ? 130 : 143);
      resolve();
    });
  });
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof BukaError ? error.message : error);
  process.exitCode = 1;
});
