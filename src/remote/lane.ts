import type { Readable, Writable } from 'node:stream';
import { BukaError } from '../errors';
import { type Duration, formatDuration, milliseconds, seconds } from '../units';
import { Answer } from './framing';
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
/** Output of one script that is taken in, in bytes; a script that says more has gone wild. */
const MOST_OUTPUT = 32_000_000;
/** What `timeout` ends with when the time was over, and when it took a SIGKILL. */
const TIMED_OUT = [124, 137];

interface Job {
  readonly script: Script<unknown>;
  readonly answer: Answer;
  readonly finish: (output: Output) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * One loop on a host: runs a script at a time, one round trip each. The first script may be sent before the loop has
 * said hello; it fails with `shell-unusable` when that doesn't come.
 */
export class Lane {
  readonly #pipe: Pipe;
  readonly #helloTimer: NodeJS.Timeout;
  /** What the login shell said before the hello. */
  #greeting = Buffer.alloc(0);
  #complaint = '';
  /** Why the loop is about to end without a hello; by its end all that the host complained of has come. */
  #lack: string | undefined;
  #greeted = false;
  #job: Job | undefined;
  #failure: BukaError | undefined;
  #used = false;

  /** @param helloWithin how long the login shell may take to start the loop */
  constructor(pipe: Pipe, helloWithin: Duration) {
    this.#pipe = pipe;
    this.#helloTimer = setTimeout(
      () => this.#unusable('The login shell did not start Buka’s loop in time.'),
      helloWithin,
    );
    // A script may end without reading its payload; that the loop is gone is told by `onClose`.
    pipe.stdin.on('error', () => {});
    pipe.stdout.on('data', (chunk: Buffer) => (this.#greeted ? this.#feed(chunk) : this.#greet(chunk)));
    pipe.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk).slice(-4000);
    });
    pipe.onClose(() => {
      if (this.#greeted) this.close();
      else this.#unusable(this.#lack ?? 'The login shell ended before it started Buka’s loop.');
    });
  }

  /** Whether it can take another script. */
  get usable(): boolean {
    return this.#failure === undefined && !this.#used;
  }

  /**
   * Runs a script; the lane must be usable and have none running.
   * @throws BukaError `script-timeout`, `lane-ended`, `shell-unusable`, `output-too-long`, or what `onLine` or the
   *   payload throws
   */
  run(script: Script<unknown>, { onLine, payload }: RunOptions = {}): Promise<Output> {
    const request = encodeRequest(script, { payload: payload !== undefined, streamed: onLine !== undefined });
    const started = performance.now();
    if (payload !== undefined) this.#used = true;
    return new Promise<Output>((resolve, reject) => {
      const answer = new Answer(request.token, onLine);
      const timer = setTimeout(() => fail(silent(script, answer)), milliseconds(script.deadline + GRACE));
      const settle = () => {
        clearTimeout(timer);
        this.#job = undefined;
        payload?.unpipe(this.#pipe.stdin).destroy();
      };
      const fail = (error: unknown) => {
        settle();
        this.close();
        reject(error);
      };
      const finish = (output: Output) => {
        settle();
        const late = performance.now() - started >= script.deadline && TIMED_OUT.includes(output.status);
        if (late) reject(tooLate(script, output));
        else resolve(output);
      };
      const broken = this.#failure ?? payload?.errored;
      if (broken) {
        fail(broken);
        return;
      }
      this.#job = { script, answer, finish, fail };
      this.#pipe.stdin.write(request.bytes);
      payload?.on('error', fail).pipe(this.#pipe.stdin);
    });
  }

  /** Ends the loop; a script that is running ends by itself. */
  close(): void {
    this.#end(ended());
  }

  #end(failure: BukaError): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    clearTimeout(this.#helloTimer);
    this.#pipe.destroy();
    this.#job?.fail(failure);
  }

  #greet(chunk: Buffer): void {
    this.#greeting = Buffer.concat([this.#greeting, chunk]);
    let start = 0;
    for (let end = this.#greeting.indexOf('\n'); end >= 0; end = this.#greeting.indexOf('\n', start)) {
      const hello = this.#greeting.toString('latin1', start, end).match(HELLO);
      start = end + 1;
      if (hello === null) continue;
      if (hello[1] !== 'ready') {
        this.#lack = 'The host lacks `timeout -k`, `base64` or `dd` of coreutils.';
        return;
      }
      clearTimeout(this.#helloTimer);
      this.#greeted = true;
      this.#feed(this.#greeting.subarray(start));
      return;
    }
    if (this.#greeting.length > MOST_OUTPUT) this.#unusable('The login shell talks without end.');
  }

  #feed(chunk: Buffer): void {
    // Between two scripts nothing is expected: something that outlived its script still talks.
    if (this.#job === undefined) return;
    const { script, answer, finish, fail } = this.#job;
    try {
      answer.feed(chunk);
    } catch (error) {
      fail(error);
      return;
    }
    const { output } = answer;
    if (output !== undefined) finish(output);
    else if (answer.size > MOST_OUTPUT) fail(tooLong(script));
  }

  #unusable(message: string): void {
    this.#end(
      new BukaError({
        code: 'shell-unusable',
        message,
        seen: lastWords({ status: 0, stdout: this.#greeting.toString('utf8'), stderr: this.#complaint }),
        left: 'Nothing was started.',
        hint: 'Log in by ssh as the same user: it needs a login shell that runs `sh`, and coreutils.',
      }),
    );
  }
}

function tooLate(script: Script<unknown>, output: Output): BukaError {
  return new BukaError({
    code: 'script-timeout',
    message: `It took longer than the ${formatDuration(script.deadline)} that it may take.`,
    seen: lastWords(output),
    left: 'The host has ended it.',
  });
}

function silent(script: Script<unknown>, { stdout }: Answer): BukaError {
  return new BukaError({
    code: 'script-timeout',
    message: `The host told no end of it within ${formatDuration(milliseconds(script.deadline + GRACE))}.`,
    seen: lastWords({ status: 0, stdout, stderr: '' }),
    left: 'The host ends it by itself, unless it started something with setsid that holds its output.',
  });
}

function tooLong({ deadline }: Script<unknown>): BukaError {
  return new BukaError({
    code: 'output-too-long',
    message: `It said more than ${MOST_OUTPUT / 1_000_000} MB.`,
    left: `The host ends it within ${formatDuration(deadline)} of its start.`,
  });
}

/** Whoever owns the connection knows whether that went too, and says so instead. */
function ended(): BukaError {
  return new BukaError({
    code: 'lane-ended',
    message: 'The shell on the host that ran it has ended.',
    left: 'It may still run, and ends by itself within its deadline.',
    hint: 'Look for the reason on the host: `journalctl --since -5min` (out of memory, a killed session).',
  });
}
