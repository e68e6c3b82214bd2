import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Host } from '../../src/cluster';
import { type ConnectionOptions, Connections } from '../../src/remote';
import { milliseconds, minutes } from '../../src/units';
import { makeKey } from './keys';

jest.setTimeout(60_000);

describe('a port where something answers, but not SSH', () => {
  let folder: string;
  let privateKey: string;
  let server: Server | undefined;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'buka-connections-'));
    privateKey = makeKey(folder, 'key', '-t', 'ed25519').secret;
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => server?.close());

  /** A server that greets with the text, and what connects to it. */
  async function greetingWith(greeting: string, options: ConnectionOptions = {}) {
    const listening = createServer();
    server = listening;
    const accepted = new Promise<void>((resolve) => {
      listening.on('connection', (socket) => {
        socket.on('error', () => {});
        socket.write(greeting);
        resolve();
      });
    });
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as AddressInfo;
    const host: Host = { name: 'mute', address: '127.0.0.1', port, user: 'deploy' };
    return { accepted, host, connections: new Connections({ privateKey, knownHosts: '' }, options) };
  }

  it('is unreachable, once the time to connect is over', async () => {
    const { connections, host } = await greetingWith('', { connectTimeout: milliseconds(300) });
    await expect(connections.to(host)).rejects.toMatchObject({ failure: { code: 'unreachable', host: 'mute' } });
  });

  it('is unreachable at once, when what it says is no SSH', async () => {
    const { connections, host } = await greetingWith('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(5000));
    await expect(connections.to(host)).rejects.toMatchObject({ failure: { code: 'unreachable', host: 'mute' } });
  });

  it('keeps nobody who has closed the connections', async () => {
    const { accepted, connections, host } = await greetingWith('', { connectTimeout: minutes(10) });
    const connecting = connections.to(host);
    const outcome = expect(connecting).rejects.toMatchObject({ failure: { code: 'connections-closed', host: 'mute' } });
    await accepted;
    await connections.close();
    await outcome;
  });
});
