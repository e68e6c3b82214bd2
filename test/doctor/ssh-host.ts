import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';

/** This machine behind an SSH server of its own, that lets in one key and runs what it is told. */
export class SshHost {
  private constructor(private readonly server: InstanceType<typeof ssh2.Server>) {}

  /** @param lets the key that it lets in, as `ssh-ed25519 AAAA…` */
  static async listen(hostKey: string, lets: string): Promise<SshHost> {
    const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
      client.on('error', () => {});
      client.on('authentication', (asked) => {
        const known =
          asked.method === 'publickey' && asked.key.data.equals(Buffer.from(lets.split(' ')[1] ?? '', 'base64'));
        if (known) asked.accept();
        else asked.reject(['publickey']);
      });
      client.on('session', (accept) => {
        accept().on('exec', (acceptExec, _, { command }) => {
          const channel = acceptExec();
          const child = spawn('sh', ['-c', command]);
          channel.pipe(child.stdin);
          child.stdin.on('error', () => {});
          child.stdout.pipe(channel, { end: false });
          child.stderr.pipe(channel.stderr, { end: false });
          child.on('close', (status) => {
            channel.exit(status ?? 1);
            channel.end();
          });
          channel.on('close', () => child.kill());
        });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SshHost(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
  }
}
