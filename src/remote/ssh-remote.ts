import type { ClientChannel } from 'ssh2';
import type { Host } from '../cluster';
import { BukaError } from '../errors';
import type { Duration } from '../units';
import { connectionLost } from './failures';
import { Lane, type Pipe } from './lane';
import { LanePool } from './lane-pool';
import type { Remote, RunOptions } from './remote';
import { LANE_COMMAND } from './request';
import type { Script } from './script';
import type { Session } from './session';

/** Scripts over one SSH session. */
export class SshRemote implements Remote {
  readonly #session: Session;
  readonly #lanes: LanePool;

  constructor(session: Session, laneTimeout: Duration) {
    this.#session = session;
    this.#lanes = new LanePool(async () => new Lane(overSsh(session, await session.exec(LANE_COMMAND)), laneTimeout));
    this.#lanes.warm();
  }

  get host(): Host {
    return this.#session.host;
  }

  async run<Result>(script: Script<Result>, options: RunOptions = {}): Promise<Result> {
    const where = { host: this.host.name, step: script.name };
    try {
      return script.parse(await this.#lanes.run(script, options));
    } catch (error) {
      if (!(error instanceof BukaError)) throw error;
      const lost = LOST_WITH_IT.has(error.code) ? await this.#session.askWhetherLost() : undefined;
      throw lost ? connectionLost(this.host, lost, script.name, script.deadline) : error.with(where);
    }
  }
}

/** What a lane says when the connection went from under it. */
const LOST_WITH_IT = new Set(['lane-ended', 'shell-unusable', 'session-refused']);

function overSsh(session: Session, channel: ClientChannel): Pipe {
  return {
    stdin: channel.stdin,
    stdout: channel.stdout,
    stderr: channel.stderr,
    onClose(listener) {
      const forget = session.whenLost(listener);
      channel.once('close', () => {
        forget();
        listener();
      });
    },
    destroy: () => channel.destroy(),
  };
}
