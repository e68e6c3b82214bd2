import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Returns a function that closes the connections on which no byte has come in yet. When it stops, Node waits for those
 * as for a request in flight (it closes only connections that have had a request), and a load balancer or a browser
 * that connects ahead of need would hold up the stop until it loses patience.
 */
export function silentConnections(server: Server): () => void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
}
