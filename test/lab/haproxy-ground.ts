import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { attachLab, type Lab } from '../../lab';
import type { Cluster } from '../../src/cluster';
import { type LoadBalancer, loadBalancer } from '../../src/load-balancer';
import { Connections } from '../../src/remote';
import type { Duration } from '../../src/units';

/** An app that ends at once on SIGTERM, whatever it is doing; it counts the requests that reach it. */
const workerProgram = `
const { existsSync } = require('node:fs');
let count = 0;
require('node:http').createServer((request, response) => {
  const url = new URL(request.url, 'http://worker');
  if (url.pathname === '/readyz') return response.writeHead(existsSync('/run/broken') ? 503 : 200).end();
  if (url.pathname === '/count') return response.end(String(count));
  count += 1;
  response.statusCode = Number(url.searchParams.get('status') ?? 200);
  setTimeout(() => response.end(require('node:os').hostname()), Number(url.searchParams.get('ms')));
}).listen(3000);
require('node:net').createServer((socket) => socket.on('error', () => {}).end('ready\\n')).listen(3001);
`;

/** More ways in than the lab's own: sticky clients, a second backend, an agent that says \`ready\`. */
const moreBackends = (servers: readonly string[]) => `
frontend sticky
  bind :8081
  default_backend sticky
backend sticky
  cookie WORKER insert indirect nocache
  option httpchk GET /readyz
  default-server inter 500ms fall 2 rise 2
${servers.map((line, index) => `  server worker${index + 1} ${line} check cookie worker${index + 1}`).join('\n')}
frontend second
  bind :8082
  default_backend second
backend second
  default-server inter 500ms fall 2 rise 2
${servers.map((line, index) => `  server box-${index + 1} ${line} track pos/worker${index + 1}`).join('\n')}
frontend agents
  bind :8083
  default_backend agents
backend agents
  option httpchk GET /readyz
  default-server inter 500ms fall 2 rise 2
${servers.map((line, index) => `  server worker${index + 1} ${line} check agent-check agent-port 3001 agent-inter 300ms`).join('\n')}
`;

export const lb = 'lb1';
export const workers = ['worker1', 'worker2', 'worker3'] as const;
export const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** One load balancer of the lab with stand-in workers behind it, and what a test does to them. */
export class Ground {
  readonly lab: Lab = attachLab();
  readonly #agent = new Agent({ keepAlive: false });
  #connections: Connections | undefined;
  #configuration = '';

  async prepare(): Promise<void> {
    // Its probes come through the load balancer too, and here requests are counted.
    await this.root('monitor1', 'systemctl stop prometheus');
    await Promise.all(workers.map((worker) => this.start(worker)));
    this.#configuration = await this.root(lb, 'cat /etc/haproxy/haproxy.cfg');
    const servers = workers.map((worker) => `${this.lab.cluster.hosts.get(worker)?.address}:3000`);
    await this.write(`${this.#configuration}${moreBackends(servers)}`);
    await this.root(lb, 'systemctl reset-failed haproxy; systemctl restart haproxy');
    await this.inRotation();
  }

  async giveBack(): Promise<void> {
    await this.disconnect();
    await this.write(this.#configuration);
    await this.root(lb, 'rm -rf /home/deploy/.buka; systemctl reset-failed haproxy; systemctl restart haproxy');
    await Promise.all(workers.map((worker) => this.stop(worker)));
    await this.root('monitor1', 'systemctl start prometheus');
  }

  /** Each test finds every worker in rotation and no trace of another test. */
  async reset(): Promise<void> {
    await this.root(lb, 'rm -rf /home/deploy/.buka/*/*/mark; sleep 0.3; rm -rf /home/deploy/.buka');
    await Promise.all(workers.map((worker) => this.start(worker)));
    await this.root(lb, 'systemctl reset-failed haproxy; systemctl restart haproxy');
    await this.inRotation();
  }

  async driver(change: Partial<Cluster['loadBalancers']> = {}, lease?: Duration): Promise<LoadBalancer> {
    const host = this.lab.cluster.hosts.get(lb);
    if (host === undefined) throw new Error(`the lab has no ${lb}`);
    const { privateKeyFile, knownHostsFile, cluster } = this.lab;
    this.#connections ??= new Connections({
      privateKey: readFileSync(privateKeyFile, 'utf8'),
      knownHosts: readFileSync(knownHostsFile, 'utf8'),
    });
    const remote = await this.#connections.to(host);
    return loadBalancer({ ...cluster, loadBalancers: { ...cluster.loadBalancers, ...change } }, host, remote, lease);
  }

  /** As when the runner dies: the load balancer's host is on its own. */
  async disconnect(): Promise<void> {
    await this.#connections?.close();
    this.#connections = undefined;
  }

  async root(host: string, text: string): Promise<string> {
    const { status, stdout, stderr } = await this.lab.shell(host, text);
    if (status !== 0) throw new Error(`${host}: ${text}: ${stderr || stdout}`);
    return stdout;
  }

  async start(worker: string): Promise<void> {
    const program = Buffer.from(workerProgram).toString('base64');
    await this.root(
      worker,
      `rm -f /run/broken; systemctl stop pos stand-in 2>/dev/null
      echo ${program} | base64 -d > /run/stand-in.js
      systemd-run --quiet --collect --unit=stand-in /usr/local/bin/node /run/stand-in.js
      until perl -MIO::Socket::INET -e 'IO::Socket::INET->new("127.0.0.1:3000") or exit 1'; do sleep 0.05; done`,
    );
  }

  async stop(worker: string): Promise<void> {
    await this.root(worker, 'systemctl stop stand-in; rm -f /run/broken');
  }

  async write(configuration: string): Promise<void> {
    const text = Buffer.from(configuration).toString('base64');
    await this.root(lb, `echo ${text} | base64 -d > /etc/haproxy/haproxy.cfg`);
  }

  async reload(): Promise<void> {
    await this.root(lb, 'systemctl reload haproxy');
  }

  /** What an operator types on the load balancer, to the newest process. */
  async runtime(command: string): Promise<string> {
    const perl = 'socket S,1,1,0; connect S, sockaddr_un shift; syswrite S, shift."\\n"; shutdown S,1; print while <S>';
    return this.root(lb, `perl -MSocket -e '${perl}' /run/haproxy-master.sock '@1 ${command}'`);
  }

  /** The guards that run for any worker; each keeps one worker as its mark says. */
  async guards(): Promise<number> {
    const all = await this.root(lb, 'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline; echo; done 2>/dev/null');
    return all.split('\n').filter((line) => line.includes('; guard guard')).length;
  }

  async guardLog(): Promise<string> {
    return this.root(lb, 'cat /home/deploy/.buka/pos/worker1/guard.log 2>/dev/null || true');
  }

  /** Bits of the admin state of a server: 1 maintenance, 8 drain. */
  async admin(server: string, backend = 'pos'): Promise<number> {
    const rows = (await this.runtime(`show servers state ${backend}`)).split('\n').map((row) => row.split(' '));
    return Number(rows.find((row) => row[3] === server)?.[6]);
  }

  /** Looks until it is so; the test's own time limit ends it. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) await later(200);
  }

  /** The status of a server, as HAProxy words it. */
  async status(server: string, backend = 'pos'): Promise<string> {
    const rows = (await this.runtime(`show stat ${backend} 4 -1`)).split('\n').map((row) => row.split(','));
    const column = rows[0]?.indexOf('status') ?? -1;
    return rows.find((row) => row[1] === server)?.[column] ?? 'unknown';
  }

  async inRotation(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const all = await this.runtime('show stat -1 4 -1').catch(() => '');
      const rows = all.split('\n').filter((row) => /^(pos|sticky|second|agents),/.test(row));
      if (rows.length >= 12 && rows.every((row) => row.split(',').includes('UP'))) return;
      await later(100);
    }
    throw new Error('a worker did not come into rotation');
  }

  /** Requests that a worker has seen since it started. */
  async count(worker: string): Promise<number> {
    return Number((await this.get(`http://${this.lab.cluster.hosts.get(worker)?.address}:3000/count`)).body);
  }

  address(port = 80): string {
    return `http://${this.lab.cluster.hosts.get(lb)?.address}:${port}`;
  }

  /** Every failure of the connection is status 0. */
  get(url: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string; cookie: string }> {
    return new Promise((resolve) => {
      const sent = request(url, { agent: this.#agent, headers, timeout: 20_000 }, (response) => {
        let body = '';
        response.on('data', (data) => {
          body += data;
        });
        const cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
        response.on('close', () =>
          resolve({ status: response.complete ? (response.statusCode ?? 0) : 0, body, cookie }),
        );
      });
      sent.on('timeout', () => sent.destroy());
      sent.on('error', () => resolve({ status: 0, body: '', cookie: '' }));
      sent.end();
    });
  }

  /** 100 requests a second whatever becomes of them, one in ten takes a second, until `during` has ended. */
  async underLoad<Result>(
    during: () => Promise<Result>,
    port = 80,
  ): Promise<{ result: Result; sent: number; failed: number }> {
    const answers: Promise<{ status: number }>[] = [];
    const timer = setInterval(() => {
      if (answers.length < 3000) answers.push(this.get(`${this.address(port)}/?ms=${Math.random() < 0.1 ? 1000 : 0}`));
    }, 10);
    try {
      const result = await during();
      clearInterval(timer);
      const all = await Promise.all(answers);
      return { result, sent: all.length, failed: all.filter(({ status }) => status !== 200).length };
    } finally {
      clearInterval(timer);
    }
  }
}

/** What the work failed with. */
export async function failure(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work;
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing failed');
}
