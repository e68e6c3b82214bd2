import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import type { Remote, RunOptions, Script } from '../../src/remote';

/** Runs scripts on this machine, in the shell and with the tools that a worker has, as a remote would. */
export class LocalRemote implements Remote {
  readonly host = { name: 'worker1', address: '127.0.0.1', port: 22, user: 'deploy' };
  /** Bytes that came as payloads. */
  received = 0;
  readonly #path: string;

  /** `tools`: a folder whose programs come before the machine's own. */
  constructor(tools?: string) {
    this.#path = [tools, process.env.PATH].filter(Boolean).join(':');
  }

  async run<Result>(script: Script<Result>, { payload }: RunOptions = {}): Promise<Result> {
    // The remote's own variables, PATH among them, are not the script's: values are set inside it.
    const names = Object.keys(script.values);
    const text = `set -eu; ${names.map((name, index) => `${name}=$${index + 1}`).join('; ')}\n${script.text}`;
    const values = names.map((name) => script.values[name] ?? '');
    // A process group of its own, so that a test can kill it whole.
    const child = spawn('sh', ['-c', text, 'sh', ...values], {
      env: { PATH: this.#path, LC_ALL: 'C', HOME: '/nowhere' },
      detached: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk) => stdout.push(chunk));
    child.stderr.on('data', (chunk) => stderr.push(chunk));
    const ended = new Promise<number>((done, failed) => {
      child.on('error', failed);
      child.on('close', (code, signal) => done(code ?? (signal ? 137 : 1)));
    });
    if (payload) {
      payload.on('data', (chunk: Buffer) => {
        this.received += chunk.length;
      });
      await pipeline(payload, child.stdin).catch((error) => {
        if (error.code !== 'EPIPE') throw error;
      });
    } else {
      child.stdin.end();
    }
    const status = await ended;
    return script.parse({
      status,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
    });
  }
}
