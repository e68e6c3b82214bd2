import { BukaError } from '../errors';
import type { Lane } from './lane';
import type { Output } from './output';
import type { RunOptions } from './remote';
import type { Script } from './script';

/** sshd allows 10 sessions on a connection (`MaxSessions`, sshd_config(5)); two are left for others. */
const MOST_LANES = 8;

/** The lanes of one connection: as many as scripts run at the same time, kept for the next ones. */
export class LanePool {
  readonly #open: () => Promise<Lane>;
  readonly #idle: Lane[] = [];
  readonly #waiting: { take: (lane: Lane) => void; fail: (error: unknown) => void }[] = [];
  /** Lanes there are, those being opened included. */
  #count = 0;
  #opening = 0;
  #most = MOST_LANES;

  constructor(open: () => Promise<Lane>) {
    this.#open = open;
  }

  /** Opens a lane ahead of need, so that the first script needs one round trip. */
  warm(): void {
    this.#grow();
  }

  /** Runs a script on a lane of its own, see `Lane.run`; waits where all are busy and sshd allows no more. */
  async run(script: Script<unknown>, options: RunOptions): Promise<Output> {
    const { payload } = options;
    // It may break before there is a lane to tell; `Lane.run` looks.
    payload?.on('error', () => {});
    const lane = await this.#borrow();
    try {
      const running = lane.run(script, options);
      // A payload uses up its lane: have the next one ready.
      if (payload !== undefined) this.warm();
      return await running;
    } finally {
      this.#giveBack(lane);
    }
  }

  #borrow(): Promise<Lane> {
    for (let lane = this.#idle.pop(); lane !== undefined; lane = this.#idle.pop()) {
      if (lane.usable) return Promise.resolve(lane);
      this.#count -= 1;
    }
    return new Promise((take, fail) => {
      this.#waiting.push({ take, fail });
      this.#growForWaiting();
    });
  }

  #giveBack(lane: Lane): void {
    const next = lane.usable ? this.#waiting.shift() : undefined;
    if (next !== undefined) next.take(lane);
    else if (lane.usable) this.#idle.push(lane);
    else this.#count -= 1;
    this.#growForWaiting();
  }

  #growForWaiting(): void {
    if (this.#opening < this.#waiting.length) this.#grow();
  }

  #grow(): void {
    if (this.#count >= this.#most) return;
    this.#count += 1;
    this.#opening += 1;
    this.#open().then(
      (lane) => {
        this.#opening -= 1;
        this.#giveBack(lane);
      },
      (error) => {
        this.#opening -= 1;
        this.#openFailed(error);
      },
    );
  }

  #openFailed(error: unknown): void {
    this.#count -= 1;
    const refused = error instanceof BukaError && error.code === 'session-refused';
    if (refused && this.#count > 0) this.#most = this.#count;
    // No lane is left that could be given back to whoever waits.
    else if (this.#count === 0) for (const { fail } of this.#waiting.splice(0)) fail(error);
    else this.#waiting.shift()?.fail(error);
  }
}
