import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A host that takes every connection and never says a word, as one does whose machine hangs. */
export class SilentHost {
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.resume();
    });
  }

  static async listen(): Promise<SilentHost> {
    const server = createServer();
    const host = new SilentHost(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return host;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resolves once somebody has connected. */
  async asked(): Promise<void> {
    if (this.#sockets.size === 0) await once(this.server, 'connection');
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
  }
}
