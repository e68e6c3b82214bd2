import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachLab, type Lab } from '../../lab';
import type { Cluster, RolloutSettings } from '../../src/cluster';
import { loadBalancer } from '../../src/load-balancer';
import { type Archive, openArchive, pack } from '../../src/release';
import { Connections } from '../../src/remote';
import { RecordingReporter, type Step } from '../../src/reporter';
import { type Context, deploy } from '../../src/rollout';
import { seconds } from '../../src/units';

/**
 * An app without grace: SIGTERM ends it in the midst of what it does, so that a missing drain shows. `/slow` takes
 * 700 ms, `/long` 15 s, `/endless` longer than any rollout, all others `globalThis.delay`. At `/metrics` it tells how long
 * they took.
 */
const app = (name: string, fault: string) => `
const { createServer } = require('node:http');
const release = ${JSON.stringify(name)};
const took = { count: 0, sum: 0 };
const line = ([part, value]) => 'http_request_duration_seconds_' + part + '{route="/"} ' + value + '\\n';
const metrics = () => Object.entries(took).map(line).join('');
${fault}
createServer((request, response) => {
  if (request.url === '/metrics') return response.end(metrics());
  const began = Date.now();
  if (request.url !== '/readyz') response.on('finish', () => {
    took.count += 1;
    took.sum += (Date.now() - began) / 1000;
  });
  const shunned = globalThis.shunned !== undefined && request.socket.remoteAddress.endsWith(globalThis.shunned);
  const unwell = (globalThis.unwell === true || shunned) && request.url === '/readyz';
  setTimeout(() => {
    response.writeHead(unwell ? 503 : 200, { 'x-release': release }).end(release);
  }, { '/slow': 700, '/long': 15000, '/endless': 300000 }[request.url] ?? globalThis.delay ?? 0);
}).listen(Number(process.env.PORT));
`;

/** Makes a fault happen on some workers only. */
export const on = (names: readonly string[], fault: string) =>
  `if (${JSON.stringify(names)}.includes(require('node:os').hostname())) { ${fault} }`;

export const faults = {
  none: '',
  'never healthy': 'globalThis.unwell = true;',
  'crashes after 2 s': 'setTimeout(() => process.exit(3), 2000);',
  'does not start': 'throw new Error("no such module");',
} as const;

export const workers = ['worker1', 'worker2', 'worker3'] as const;
export const loadBalancers = ['lb1', 'lb2'] as const;
const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

interface Answer {
  readonly status: number | undefined;
  readonly release: string;
  readonly why?: string;
}

export interface Traffic {
  /** Ends it, and waits for what is in flight. */
  stop(): Promise<{ readonly sent: number; readonly failed: readonly Answer[]; readonly releases: readonly string[] }>;
}

/** The lab, tiny releases for it, customers, and what a test does to its machines. */
export class Ground {
  readonly lab: Lab = attachLab();
  readonly #folder = mkdtempSync(join(tmpdir(), 'buka-rollout-'));
  readonly #connections: Connections[] = [];
  /**
   * Lets go of an idle connection before HAProxy does (`timeout http-keep-alive`, 50 s): a request could meet the end of
   * it.
   */
  readonly #agent = new Agent({ keepAlive: true, timeout: 30_000 });
  #runs = 0;

  /** As the lab was made. */
  static async fresh(): Promise<Ground> {
    const ground = new Ground();
    await ground.clean();
    return ground;
  }

  /** Has a release on all workers, in rotation. */
  async runs(archive: Archive, cluster = this.cluster()): Promise<void> {
    const { error } = await deploy(this.context(cluster), archive);
    if (error !== undefined) throw error;
    await this.inRotation();
  }

  /** A release that answers with its name; `migrations` as file names and what each says. */
  async release(name: string, fault: string = faults.none, migrations: Record<string, string> = {}): Promise<Archive> {
    const folder = join(this.#folder, name);
    await mkdir(join(folder, 'dist'), { recursive: true });
    await mkdir(join(folder, 'migrations'), { recursive: true });
    await writeFile(join(folder, 'dist/server.js'), app(name, fault));
    for (const [file, text] of Object.entries(migrations)) await writeFile(join(folder, 'migrations', file), text);
    const { archive } = await pack(
      { folder, include: ['dist', 'migrations'], service: 'pos', migrations: 'migrations' },
      this.pathOf(name),
    );
    return openArchive(archive);
  }

  /** Where a release that was made is packed. */
  pathOf(name: string): string {
    return join(this.#folder, `${name}.tar.zst`);
  }

  /** The lab's cluster with a short patience, no backups, and what a test changes. */
  cluster(rollout: Partial<RolloutSettings> = {}, change: (cluster: Cluster) => Cluster = (one) => one): Cluster {
    const { backup: _none, ...cluster } = this.lab.cluster;
    const { migrate: _, ...release } = cluster.release;
    const quick = { drainTimeout: seconds(10), startTimeout: seconds(6), lockTimeout: seconds(1) };
    return change({ ...cluster, release, rollout: { ...cluster.rollout, onFailure: 'halt', ...quick, ...rollout } });
  }

  /** A run of its own, with its own connections, as from another runner. */
  context(cluster: Cluster = this.cluster(), knownHosts = readFileSync(this.lab.knownHostsFile, 'utf8')) {
    const connections = new Connections({ privateKey: readFileSync(this.lab.privateKeyFile, 'utf8'), knownHosts });
    this.#connections.push(connections);
    this.#runs += 1;
    const reporter = new RecordingReporter();
    const run = { id: `run-${process.pid}-${this.#runs}`, by: `tester ${this.#runs}`, url: undefined };
    return { cluster, reporter, run, remote: (host) => connections.to(host), connections } satisfies Context & {
      connections: Connections;
    };
  }

  async giveBack(): Promise<void> {
    await Promise.all(this.#connections.map((one) => one.close()));
    await this.clean();
    this.#agent.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** As the lab was made: no release, nothing running, no trace on the load balancers. */
  async clean(): Promise<void> {
    await Promise.all([
      ...workers.map((worker) =>
        this.root(
          worker,
          `rm -rf /etc/systemd/system/pos.service.d; systemctl daemon-reload; systemctl stop pos.service
          systemctl reset-failed pos.service 2>/dev/null || :
          chown deploy:deploy /srv/pos; find /srv/pos -mindepth 1 -delete; rm -f /tmp/migrated`,
        ),
      ),
      ...loadBalancers.map((host) =>
        this.root(
          host,
          'rm -rf /home/deploy/.buka/*/*/mark; sleep 0.4; rm -rf /home/deploy/.buka; systemctl restart haproxy',
        ),
      ),
    ]);
  }

  async root(host: string, text: string): Promise<string> {
    const { status, stdout, stderr } = await this.lab.shell(host, text);
    if (status !== 0) throw new Error(`${host}: ${text}: ${stderr || stdout}`);
    return stdout;
  }

  /** What an operator types on a load balancer, to the newest process. */
  async runtime(host: string, command: string): Promise<string> {
    const perl = 'socket S,1,1,0; connect S, sockaddr_un shift; syswrite S, shift."\\n"; shutdown S,1; print while <S>';
    return this.root(host, `perl -MSocket -e '${perl}' /run/haproxy-master.sock '@1 ${command}'`);
  }

  /** Everything that a run could change on workers and load balancers, word for word. */
  async snapshot(): Promise<string> {
    const files = `cd /srv/pos; find . -printf '%p %y %m %u %s %l\\n' | grep -v 'lock.guard' | sort
      find . -type f ! -name lock.guard -exec sha256sum {} + | sort -k 2
      systemctl show -p MainPID -p ActiveState -p NRestarts pos.service`;
    const told = await Promise.all([
      ...workers.map((worker) => this.root(worker, files)),
      ...loadBalancers.map(async (host) => {
        const state = await this.runtime(host, 'show servers state pos');
        const columns = (line: string) => line.split(' ').slice(0, 7).join(' ');
        return `${state.split('\n').map(columns).join('\n')}\n${await this.root(host, 'ls /home/deploy/.buka/pos 2>/dev/null || :')}`;
      }),
    ]);
    return told.map((text, index) => `== ${[...workers, ...loadBalancers][index]}\n${text}`).join('\n');
  }

  /** Which release each worker answers with, asked past the load balancers. */
  async served(): Promise<string[]> {
    return Promise.all(
      workers.map(async (worker) => {
        const host = this.lab.cluster.hosts.get(worker)?.address;
        return (await this.ask(`http://${host}:3000/`)).release;
      }),
    );
  }

  /** @param patience in milliseconds */
  async ask(url: string, patience = 20_000): Promise<Answer> {
    return new Promise((resolve) => {
      const asked = request(url, { agent: this.#agent, timeout: patience }, (response) => {
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode, release: String(response.headers['x-release']) }),
        );
        response.on('error', (error) => resolve({ status: undefined, release: '', why: error.message }));
      });
      asked.on('timeout', () => asked.destroy(new Error(`no answer in ${patience} ms`)));
      asked.on('error', (error) => resolve({ status: undefined, release: '', why: error.message }));
      asked.end();
    });
  }

  /** Customers through load balancers, by name or address: 50 requests/s, a tenth of them slow, for 90 s at most. */
  traffic(through: readonly string[] = loadBalancers): Traffic {
    const answers: Promise<Answer>[] = [];
    const urls = through.map((host) => `http://${this.lab.cluster.hosts.get(host)?.address ?? host}`);
    const timer = setInterval(() => {
      if (answers.length >= 4500) clearInterval(timer);
      const slow = Math.random() < 0.1 ? '/slow' : '/';
      answers.push(this.ask(`${urls[answers.length % urls.length]}${slow}`));
    }, 20);
    return {
      stop: async () => {
        clearInterval(timer);
        const all = await Promise.all(answers);
        return {
          sent: all.length,
          failed: all.filter(({ status }) => status !== 200),
          releases: [...new Set(all.map(({ release }) => release))],
        };
      },
    };
  }

  /** Does something once, when a run tells of a step; the answer waits for it. */
  when(
    { reporter }: { reporter: RecordingReporter },
    found: (step: Step) => boolean,
    act: () => Promise<unknown>,
  ): () => Promise<unknown> {
    const { step } = reporter;
    let acting: Promise<unknown> | undefined;
    reporter.step = (told) => {
      step.call(reporter, told);
      if (acting === undefined && found(told)) acting = act();
    };
    return () => acting ?? Promise.reject(new Error('the step never came'));
  }

  /** Drains a worker on one load balancer only, as a run does that dies then. */
  async drain(host: string, worker: string, { cluster, remote }: Pick<Context, 'cluster' | 'remote'>): Promise<void> {
    const machine = cluster.hosts.get(host);
    if (machine === undefined) throw new Error(`no host ${host}`);
    await loadBalancer(cluster, machine, await remote(machine)).drain(worker, { deadline: seconds(5) });
  }

  /** Does something while customers come; none of their requests may fail. */
  async underLoad<T>(work: () => Promise<T>): Promise<T> {
    const traffic = this.traffic();
    const result = await work();
    const { sent, failed } = await traffic.stop();
    expect(sent).toBeGreaterThan(0);
    expect(failed).toEqual([]);
    return result;
  }

  /** Waits until both load balancers see every worker up, within more than a lease. */
  async inRotation(): Promise<void> {
    for (let tries = 0; tries < 900; tries += 1) {
      const states = await Promise.all(loadBalancers.map((host) => this.runtime(host, 'show stat pos 4 -1')));
      const rows = states.flatMap((state) => state.split('\n')).filter((row) => row.startsWith('pos,worker'));
      if (rows.length === 6 && rows.every((row) => row.split(',').includes('UP'))) return;
      await later(100);
    }
    throw new Error('a worker did not come into rotation');
  }
}
