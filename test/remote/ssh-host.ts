import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import ssh2, { type Connection } from 'ssh2';

/** This machine behind an SSH server of its own, that lets in one key and runs what it is told. */
export class SshHost {
  readonly #clients = new Set<Connection>();
  readonly #children = new Set<ChildProcess>();
  #down = false;

  private constructor(private readonly server: InstanceType<typeof ssh2.Server>) {}

  /** @param lets the key that it lets in, as `ssh-ed25519 AAAA…` */
  static async listen(hostKey: string, lets: string): Promise<SshHost> {
    const server = new ssh2.Server({ hostKeys: [hostKey] });
    const host = new SshHost(server);
    server.on('connection', (client) => {
      host.#clients.add(client);
      client.on('error', () => {});
      client.on('authentication', (asked) => {
        const known =
          asked.method === 'publickey' && asked.key.data.equals(Buffer.from(lets.split(' ')[1] ?? '', 'base64'));
        if (known) asked.accept();
        else asked.reject(['publickey']);
      });
      client.on('session', (accept) => {
        if (host.#down) return;
        accept().on('exec', (acceptExec, _, { command }) => {
          const channel = acceptExec();
          const child = spawn('sh', ['-c', command], { detached: true });
          host.#children.add(child);
          channel.pipe(child.stdin);
          child.stdin.on('error', () => {});
          child.stdout.pipe(channel, { end: false });
          child.stderr.pipe(channel.stderr, { end: false });
          child.on('close', (status) => {
            host.#children.delete(child);
            channel.exit(status ?? 1);
            channel.end();
          });
          channel.on('close', () => child.kill());
        });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return host;
  }

  /** Kills what it was told to run. */
  endShells(): void {
    for (const { pid } of this.#children) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }

  /** What a machine does that is switched off: the shells on it end first, and its connections when their turn comes. */
  async goDown(): Promise<void> {
    this.#down = true;
    this.endShells();
    await pause(200);
    for (const client of this.#clients) client.end();
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
  }
}
