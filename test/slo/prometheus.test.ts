import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Prometheus } from '../../src/slo/prometheus';

/** What a server may answer besides the right thing; the right thing is tested on a real one, in test/lab/slo.test.ts. */
let server: Server;
let respond: (response: ServerResponse, body: string) => void;
let prometheus: Prometheus;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => respond(response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  prometheus = new Prometheus(async () => connect(port, '127.0.0.1'), 'monitor1');
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const ask = () => prometheus.samples('up[60s]', 60_000);
const failed = (seen: unknown) =>
  expect.objectContaining({ failure: expect.objectContaining({ code: 'prometheus-failed', host: 'monitor1', seen }) });

test('packed answers are read, and words for numbers too', async () => {
  const values = [
    [1.5, '1'],
    [2.5, 'NaN'],
    [3.5, '+Inf'],
  ];
  const data = { resultType: 'matrix', result: [{ metric: { job: 'app' }, values }] };
  respond = (response, body) => {
    expect(new URLSearchParams(body).get('query')).toBe('up[60s]');
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(JSON.stringify({ status: 'success', data })));
  };
  const samples = [
    { at: 1500, value: 1 },
    { at: 2500, value: Number.NaN },
    { at: 3500, value: Number.POSITIVE_INFINITY },
  ];
  expect(await ask()).toEqual([{ labels: { job: 'app' }, samples }]);
});

test('what Prometheus complains of is told in its words', async () => {
  respond = (response) => {
    response.statusCode = 422;
    response.end(JSON.stringify({ status: 'error', errorType: 'execution', error: 'too many samples' }));
  };
  await expect(ask()).rejects.toEqual(failed('execution: too many samples'));
});

test('a page of something else is no answer', async () => {
  respond = (response) => response.end('<html>Welcome to nginx</html>');
  await expect(ask()).rejects.toEqual(failed('<html>Welcome to nginx</html>'));
});

test('an answer that is cut off is told, and not waited for', async () => {
  respond = (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '1000' });
    response.write(gzipSync('x').subarray(0, 12), () => response.destroy());
  };
  await expect(ask()).rejects.toEqual(failed(expect.any(String)));
  respond = (response) => response.destroy();
  await expect(ask()).rejects.toEqual(failed(expect.stringContaining('socket hang up')));
});

test('many questions at once are all answered, a few at a time', async () => {
  let [open, most] = [0, 0];
  respond = (response) => {
    open += 1;
    most = Math.max(most, open);
    // Long enough for all the others to come, if nothing kept them.
    setTimeout(() => {
      open -= 1;
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } }));
    }, 50);
  };
  const answers = await Promise.all(Array.from({ length: 40 }, ask));
  expect(answers).toHaveLength(40);
  expect(most).toBeLessThanOrEqual(8);
});
