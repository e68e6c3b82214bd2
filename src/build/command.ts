import { type ChildProcess, spawn } from 'node:child_process';
import { BukaError } from '../errors';

export interface CommandSettings {
  /** The step's name in messages: `build`, `test`. */
  readonly step: string;
  /** The app's folder. */
  readonly folder: string;
  /** Where the command's own standard output goes. */
  readonly output: 'stdout' | 'stderr';
}

/**
 * Runs a team's own command with bash on this machine, its output as it comes. A signal to this process ends the
 * command and everything that it started.
 * @throws BukaError `build-failed`, `test-failed`
 */
export async function runCommand(command: string, { step, folder, output }: CommandSettings): Promise<void> {
  // Listening first: the command may run, and the signal come, before `spawn` has returned.
  let child: ChildProcess | undefined;
  let cancelled: NodeJS.Signals | undefined;
  const cancel = (signal: NodeJS.Signals) => {
    cancelled = signal;
    // Not SIGINT: a shell makes what it runs in the background deaf to that one (POSIX, "Asynchronous Lists").
    endGroup(child?.pid, 'SIGTERM');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, cancel);
  try {
    const running = spawn('bash', ['-euo', 'pipefail', '-c', command], {
      cwd: folder,
      env: withoutSecrets(process.env),
      stdio: ['ignore', output === 'stdout' ? 'inherit' : 2, 'inherit'],
      // A process group of its own: npm and the tools under it get the signal too.
      detached: true,
    });
    child = running;
    const ending = await new Promise<string | undefined>((resolve) => {
      running.once('error', (error) => resolve(`bash can't be started: ${error.message}`));
      running.once('close', (status, signal) => {
        if (cancelled !== undefined) {
          endGroup(running.pid, 'SIGKILL');
          resolve(`cancelled by ${cancelled}`);
        } else resolve(status === 0 ? undefined : signal ? `ended by ${signal}` : `exit status ${status}`);
      });
    });
    if (ending !== undefined) throw failed(step, command, folder, ending);
  } finally {
    for (const signal of signals) process.off(signal, cancel);
  }
}

function endGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // The whole group has ended already.
  }
}

function failed(step: string, command: string, folder: string, seen: string): BukaError {
  return new BukaError({
    code: `${step}-failed`,
    step,
    message: `The command release.${step} failed.`,
    seen: `${command}: ${seen}`,
    left: 'No release was made, and no host was changed.',
    hint: `Its own output is above. To try it alone: cd ${folder} && ${command}`,
  });
}

/** A build runs what strangers wrote, dependencies' scripts among it: it has no use for the key to the hosts. */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('INPUT_') && !name.startsWith('BUKA_SSH_')),
  );
}
