import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Host } from '../../src/cluster';
import { type ConnectionOptions, Connections, type Remote, script } from '../../src/remote';
import { milliseconds, minutes, seconds } from '../../src/units';
import { makeKey } from './keys';
import { SshHost } from './ssh-host';

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

describe('a host whose shells end', () => {
  let folder: string;
  let there: SshHost;
  let connections: Connections;
  let remote: Remote;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'buka-connections-'));
    const own = makeKey(folder, 'host', '-t', 'ed25519');
    const key = makeKey(folder, 'key', '-t', 'ed25519');
    there = await SshHost.listen(own.secret, key.shared);
    const knownHosts = `[127.0.0.1]:${there.port} ${own.shared}`;
    connections = new Connections({ privateKey: key.secret, knownHosts });
    remote = await connections.to({ name: 'worker1', address: '127.0.0.1', port: there.port, user: 'deploy' });
  });
  afterEach(async () => {
    await connections.close();
    there.close();
    rmSync(folder, { recursive: true });
  });

  /** A script that runs until its shell ends, and how it failed; it has begun when this answers. */
  async function longOne(): Promise<{ failing: Promise<unknown> }> {
    const { promise: begun, resolve: onLine } = Promise.withResolvers<string>();
    const long = { name: 'a long one', text: 'echo begun; exec sleep 60', values: {}, deadline: seconds(90) };
    const failing = remote.run(script({ ...long, parse: () => 'ended' }), { onLine }).catch((error) => error);
    await begun;
    return { failing };
  }

  it('since it goes down, has lost its connection, which is told a moment later', async () => {
    const { failing } = await longOne();
    await there.goDown();
    expect(await failing).toMatchObject({ failure: { code: 'connection-lost', host: 'worker1', step: 'a long one' } });
  });

  it('and that is still there, is told as such, and runs the next script', async () => {
    const { failing } = await longOne();
    there.endShells();
    expect(await failing).toMatchObject({ failure: { code: 'lane-ended', host: 'worker1', step: 'a long one' } });
    const next = { name: 'next', text: 'echo hi', values: {}, deadline: seconds(9) };
    expect(await remote.run(script({ ...next, parse: ({ stdout }) => stdout }))).toBe('hi\n');
  });
});
