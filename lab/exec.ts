import { spawn } from 'node:child_process';
import { BukaError } from '../src/errors';

export interface Output {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  /** Becomes standard input, which is empty otherwise. */
  readonly input?: string | Uint8Array | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Called for each whole line of standard output as it arrives. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/**
 * Runs a program without a shell and waits for its end; every exit status is an answer. A program that a signal ended
 * has status 128.
 * @throws BukaError `lab-tool-missing` when the program is not installed.
 */
export function exec(program: string, args: readonly string[], options: ExecOptions = {}): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: options.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    let seen = 0;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output.stdout += chunk;
      for (let end = output.stdout.indexOf('\n', seen); end >= 0; end = output.stdout.indexOf('\n', seen)) {
        options.onLine?.(output.stdout.slice(seen, end));
        seen = end + 1;
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output.stderr += chunk;
    });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') return reject(cause);
      const message = `The program ${program} is not installed.`;
      reject(new BukaError({ code: 'lab-tool-missing', step: 'lab', message, cause }));
    });
    child.once('close', (status) => resolve({ status: status ?? 128, ...output }));
    child.stdin.on('error', () => {}); // it may end without reading its input
    child.stdin.end(options.input ?? '');
  });
}

/**
 * Like `exec`, for programs that have to succeed.
 * @throws BukaError `lab-command-failed` with the end of what the program said.
 */
export async function must(program: string, args: readonly string[], options: ExecOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await exec(program, args, options);
  if (status === 0) return stdout;
  throw new BukaError({
    code: 'lab-command-failed',
    step: 'lab',
    message: `${program} ended with status ${status}.`,
    seen:
      (stderr.trim() || stdout.trim()).slice(-2000) || `(nothing) from: ${[program, ...args].join(' ').slice(0, 500)}`,
  });
}
