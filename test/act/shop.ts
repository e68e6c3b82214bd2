import { readFileSync } from 'node:fs';
import type { Lab } from '../../lab';
import { Connections } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { status } from '../../src/rollout';

/** Where the workers of a shop stand, and whether all is well. */
export interface Standing {
  /** What each worker answers with, asked past the load balancers. */
  readonly served: readonly string[];
  /** What is not as it should be; empty where every worker is healthy, in rotation and runs what is active on it. */
  readonly wrong: readonly string[];
}

/** Looks at the machines with the lab's own key, past the workflows. */
export async function lookAt(lab: Lab): Promise<Standing> {
  const credentials = [lab.privateKeyFile, lab.knownHostsFile].map((path) => readFileSync(path, 'utf8'));
  const [privateKey = '', knownHosts = ''] = credentials;
  const connections = new Connections({ privateKey, knownHosts });
  try {
    const seen = await status({
      cluster: lab.cluster,
      reporter: new RecordingReporter(),
      run: { id: 'look', by: 'test', url: undefined },
      remote: (host) => connections.to(host),
    });
    const wrong = [
      ...seen.failures.map((failure) => String(failure)),
      ...seen.locks.map((lock) => `locked: ${JSON.stringify(lock)}`),
      ...seen.workers.flatMap(({ worker, active, running, healthy, rotation }) => [
        ...(healthy ? [] : [`${worker} is not healthy`]),
        ...(running === active ? [] : [`${worker} runs ${running}, and ${active} is active`]),
        ...[...rotation]
          .filter(([, state]) => state !== 'in')
          .map(([balancer, state]) => `${worker} is ${state} on ${balancer}`),
      ]),
    ];
    return {
      served: await Promise.all(lab.cluster.workers.hosts.map(({ address }) => releaseAt(lab, address))),
      wrong,
    };
  } finally {
    await connections.close();
  }
}

async function releaseAt({ cluster }: Lab, address: string): Promise<string> {
  const { port } = cluster.workers;
  const answer = await fetch(`http://${address}:${port}/`, { signal: AbortSignal.timeout(10_000) });
  await answer.arrayBuffer();
  return answer.headers.get('x-release') ?? `status ${answer.status}`;
}
