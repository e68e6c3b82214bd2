import type { Readable, Writable } from 'node:stream';
import { BukaError } from '../errors';
import { type Duration, milliseconds, seconds } from '../units';
import { Frame } from './framing';
import { lastWords, type Output } from './output';
import type { RunOptions } from './remote';
import { encodeRequest, HELLO, KILL_AFTER } from './request';
import type { Script } from './script';

/** A running `LANE_COMMAND`, over SSH or, in tests, on this machine. */
export interface Pipe {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Called once, when the command has ended or can't be reached any more. */
  onClose(listener: () => void): void;
  /** Lets go of it at once. */
  destroy(): void;
}

/** How much longer than the host the runner waits: for the SIGKILL, and for the news of it to arrive. */
const GRACE = seconds(KILL_AFTER + 15);
/** Output of one script that is kept, in bytes; a script that says more has gone wild. */
const MOST_OUTPUT = 32_000_000;

interface Job {
  readonly name: string;
  readonly stdout: Frame;
  readonly stderr: Frame;
  readonly finish: (output: Output) => void;
  readonly fail: (error: unknown) => void;
}

/** One loop on a host: runs a script at a time, one round trip each. */
export class Lane {
  readonly #pipe: Pipe;
  #job: Job | undefined;
  #open = true;
  #used = false;

  private constructor(pipe: Pipe) {
    this.#pipe = pipe;
    pipe.stdin.on('error', () => this.close());
    pipe.stdout.on('data', (chunk: Buffer) => this.#feed('stdout', chunk));
    pipe.stderr.on('data', (chunk: Buffer) => this.#feed('stderr', chunk));
    pipe.onClose(() => {
      this.#open = false;
      this.#job?.fail(ended(this.#job.name));
    });
  }

  /**
   * Waits until the loop says hello.
   * @throws BukaError `shell-unusable` when the login shell ends, stays silent, or the host lacks the tools
   */
  static open(pipe: Pipe, deadline: Duration): Promise<Lane> {
    const heard = { stdout: '', stderr: '' };
    return new Promise((resolve, reject) => {
      const give = (error: BukaError) => {
        clearTimeout(timer);
        pipe.destroy();
        reject(error);
      };
      const unusable = (message: string) =>
        give(
          new BukaError({
            code: 'shell-unusable',
            message,
            seen: lastWords({ status: 0, ...heard }),
            left: 'Nothing was started.',
            hint: 'Log in by ssh as the same user: it needs a login shell that runs `sh`, and coreutils.',
          }),
        );
      const timer = setTimeout(() => unusable('The login shell did not start Buka’s loop in time.'), deadline);
      pipe.onClose(() => unusable('The login shell ended before it started Buka’s loop.'));
      const complain = (chunk: Buffer) => {
        heard.stderr = (heard.stderr + chunk).slice(-4000);
      };
      pipe.stderr.on('data', complain);
      pipe.stdout.on('data', function listen(chunk: Buffer) {
        heard.stdout = (heard.stdout + chunk).slice(-4000);
        const hello = heard.stdout.match(new RegExp(`^${HELLO}(\\w+)$`, 'm'));
        if (hello === null || !heard.stdout.includes(`${hello[0]}\n`)) return;
        pipe.stdout.off('data', listen);
        pipe.stderr.off('data', complain);
        clearTimeout(timer);
        if (hello[1] === 'ready') resolve(new Lane(pipe));
        else unusable('The host lacks `timeout -k`, `base64` or `head -c` of coreutils.');
      });
    });
  }

  /** Whether it can take another script. */
  get usable(): boolean {
    return this.#open && !this.#used;
  }

  /**
   * Runs a script; the lane must be usable and have none running.
   * @throws BukaError `script-timeout`, `lane-ended`, `output-too-long`, or what `onLine` or the payload throws
   */
  run(script: Script<unknown>, { onLine, payload }: RunOptions = {}): Promise<Output> {
    const request = encodeRequest(script, { payload: payload !== undefined });
    const started = performance.now();
    if (payload !== undefined) this.#used = true;
    return new Promise<Output>((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#job = undefined;
        payload?.unpipe(this.#pipe.stdin);
        payload?.destroy();
      };
      const fail = (error: unknown) => {
        settle();
        this.close();
        reject(error);
      };
      const finish = (output: Output) => {
        settle();
        const late = performance.now() - started >= script.deadline && [124, 137].includes(output.status);
        if (late) reject(tooLate(script, output));
        else resolve(output);
      };
      const timer = setTimeout(
        () => fail(tooLate(script, { status: 124, stdout: stdout.text, stderr: stderr.text })),
        milliseconds(script.deadline + GRACE),
      );
      const stdout = new Frame(request.token, onLine);
      const stderr = new Frame(request.token);
      this.#job = { name: script.name, stdout, stderr, finish, fail };
      if (!this.#open) {
        fail(ended(script.name));
        return;
      }
      this.#pipe.stdin.write(request.bytes);
      payload?.on('error', fail).pipe(this.#pipe.stdin);
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#pipe.destroy();
    this.#job?.fail(ended(this.#job.name));
  }

  #feed(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const job = this.#job;
    // Between two scripts nothing is expected: something that outlived its script still talks.
    if (job === undefined) return;
    try {
      job[stream].feed(chunk);
    } catch (error) {
      job.fail(error);
      return;
    }
    const { stdout, stderr } = job;
    if (stdout.size + stderr.size > MOST_OUTPUT) job.fail(tooLong(job.name));
    else if (stdout.ending !== undefined && stderr.ending !== undefined)
      job.finish({ status: Number(stdout.ending), stdout: stdout.text, stderr: stderr.text });
  }
}

function tooLate(script: Script<unknown>, output: Output): BukaError {
  return new BukaError({
    code: 'script-timeout',
    step: script.name,
    message: `It took longer than the ${script.deadline / 1000} s it may take.`,
    seen: lastWords(output),
    left: 'The host has ended it.',
  });
}

function tooLong(step: string): BukaError {
  return new BukaError({
    code: 'output-too-long',
    step,
    message: `It said more than ${MOST_OUTPUT / 1_000_000} MB.`,
    left: 'It ends by itself within its deadline.',
  });
}

/** The pool knows whether the whole connection went, and says so instead. */
function ended(step: string): BukaError {
  return new BukaError({
    code: 'lane-ended',
    step,
    message: 'The shell that ran it has ended.',
    left: 'It may still run, and ends by itself within its deadline.',
    hint: 'Look for the reason on the host: `journalctl --since -5min` (out of memory, a killed session).',
  });
}
