import { listenForCancel } from '../cancel';
import type { Cluster } from '../cluster';
import { JobReporter, type JobRun, setOutputs } from '../github';
import type { Dial } from '../remote';
import type { Context } from '../rollout';
import type { HostInputs } from './inputs';

/** What a job's log says when it is cancelled, and when it is stopped at once. */
export interface CancelWords {
  readonly cancelled: string;
  readonly quitting: string;
  /** Whether the action has the output `outcome`, which is `failed` then. */
  readonly outcome: boolean;
}

const ofRollout: CancelWords = {
  cancelled:
    'Cancelled: no new batch starts, a worker that is draining gets its traffic back, and one that is being switched has 5 s to come to an end. The post step of this action does the rest.',
  quitting: 'Stopped at once. The post step of this action, or the leases on the load balancers, do the rest.',
  outcome: true,
};

/** Gives a use case what it works with, the job's cancellation too, and ends the connections after it. */
export async function withHosts<T>(
  cluster: Cluster,
  { credentials }: HostInputs,
  run: JobRun,
  use: (context: Context, dial: Dial) => Promise<T>,
  words: CancelWords = ofRollout,
): Promise<T> {
  // SSH takes longest to load; an action that ends before it needs it starts sooner.
  const { Connections } = await import('../remote');
  const connections = new Connections(credentials);
  const reporter = new JobReporter();
  const signal = listenForCancel({
    cancelled: () => reporter.info(words.cancelled),
    quitting: () => {
      reporter.info(words.quitting);
      if (words.outcome) setOutputs({ outcome: 'failed' });
    },
  });
  try {
    const remote = connections.to.bind(connections);
    return await use({ cluster, remote, reporter, run, signal }, connections.dial.bind(connections));
  } finally {
    await connections.leave();
  }
}
