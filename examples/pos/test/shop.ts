import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from '../build';
import { freePort, Postgres } from './postgres';

const run = promisify(execFile);

/** A database server and releases as a worker would have them: `releases/<id>/tree/dist`. */
export class Shop {
  private readonly processes: Worker[] = [];

  private constructor(
    readonly postgres: Postgres,
    private readonly folder: string,
  ) {}

  static async open(): Promise<Shop> {
    const folder = mkdtempSync(join(tmpdir(), 'pos-shop-'));
    for (const release of [1, 2] as const) {
      await build({ release, folder: join(folder, 'releases', `r${release}`, 'tree', 'dist') });
    }
    return new Shop(await Postgres.start(), folder);
  }

  async close(): Promise<void> {
    for (const worker of this.processes) await worker.kill();
    await this.postgres.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Builds a release that is broken on purpose, and gives its id. */
  async breakOn(fault: string): Promise<string> {
    const id = `r2-${fault.replace(/\W/g, '-')}`;
    await build({ release: 2, fault, folder: join(this.tree(id), 'dist') });
    return id;
  }

  /** Runs the release's migrations as a deploy would, and gives what they printed. */
  async migrate(release: string, database: string): Promise<string> {
    const { stdout } = await run(process.execPath, ['dist/migrate.js'], {
      cwd: this.tree(release),
      env: { PATH: process.env.PATH, DATABASE_URL: database },
    });
    return stdout.trim();
  }

  /** Starts a worker of a release; resolves when it listens. */
  async start(release: string, database: string): Promise<Worker> {
    const port = await freePort();
    const child = spawn(process.execPath, ['dist/server.js'], {
      cwd: this.tree(release),
      env: { PATH: process.env.PATH, DATABASE_URL: database, PORT: String(port), HOST: '127.0.0.1' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const worker = new Worker(`http://127.0.0.1:${port}`, child);
    this.processes.push(worker);
    await worker.listens();
    return worker;
  }

  private tree(release: string): string {
    const tree = join(this.folder, 'releases', release, 'tree');
    mkdirSync(tree, { recursive: true });
    return tree;
  }
}

/** A process of the app. */
export class Worker {
  readonly exited: Promise<number | null>;

  constructor(
    readonly url: string,
    readonly process: ChildProcess,
  ) {
    this.exited = once(process, 'exit').then(([code]) => code);
  }

  async listens(): Promise<void> {
    while (!(await this.accepts())) {
      if (this.process.exitCode !== null) throw new Error(`the app ended with ${this.process.exitCode}`);
      await sleep(20);
    }
  }

  /** Whether it takes a new request. */
  accepts(): Promise<boolean> {
    return fetch(`${this.url}/livez`, { headers: { connection: 'close' } }).then(
      () => true,
      () => false,
    );
  }

  get(path: string): Promise<Response> {
    return fetch(this.url + path);
  }

  sell(key: string, lines: readonly { productId: number; quantity: number }[]): Promise<Response> {
    return fetch(`${this.url}/sales`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ lines }),
    });
  }

  setStock(product: number, stock: number): Promise<Response> {
    return fetch(`${this.url}/products/${product}/stock`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ stock }),
    });
  }

  /** Asks the process to stop as systemd does. */
  stop(): void {
    this.process.kill('SIGTERM');
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await this.exited;
  }
}
