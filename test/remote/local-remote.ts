import { spawn } from 'node:child_process';
import type { Host } from '../../src/cluster';
import { BukaError } from '../../src/errors';
import { Lane, type Pipe } from '../../src/remote/lane';
import { LanePool } from '../../src/remote/lane-pool';
import type { Remote, RunOptions } from '../../src/remote/remote';
import { LANE_COMMAND } from '../../src/remote/request';
import type { Script } from '../../src/remote/script';
import { seconds } from '../../src/units';

export interface LocalRemote extends Remote {
  close(): void;
}

interface LocalOptions {
  /** The shell that takes the part of the user's login shell. */
  readonly login?: string;
  /** Folders that come first in PATH: programs that a test puts in the place of the host's. */
  readonly path?: readonly string[];
  readonly host?: Partial<Host>;
}

/** Runs scripts on this machine, through the same loop that SSH starts on a host. */
export function localRemote({ login = 'sh', path = [], host = {} }: LocalOptions = {}): LocalRemote {
  const pipes = new Set<Pipe>();
  const lanes = new LanePool(async () => {
    const pipe = startLoop(login, [...path, process.env.PATH].join(':'));
    pipes.add(pipe);
    return new Lane(pipe, seconds(10));
  });
  const here: Host = { name: 'here', address: '127.0.0.1', port: 22, user: 'deploy', ...host };
  return {
    host: here,
    async run<Result>(script: Script<Result>, options: RunOptions = {}): Promise<Result> {
      try {
        return script.parse(await lanes.run(script, options));
      } catch (error) {
        throw error instanceof BukaError ? error.with({ host: here.name, step: script.name }) : error;
      }
    },
    close() {
      for (const pipe of pipes) pipe.destroy();
    },
  };
}

function startLoop(login: string, path: string): Pipe {
  // In a session of its own, as sshd starts it.
  const env = { ...process.env, PATH: path };
  const child = spawn(login, ['-c', LANE_COMMAND], { stdio: 'pipe', env, detached: true });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    onClose: (listener) => void child.once('close', listener),
    destroy() {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}
