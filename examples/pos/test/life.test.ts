import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { query } from './postgres';
import { Shop, type Worker } from './shop';

describe('the life of a worker', () => {
  let shop: Shop;
  let database: string;

  before(async () => {
    shop = await Shop.open();
    database = await shop.postgres.createDatabase('life');
    await shop.migrate('r2', database);
  });
  after(() => shop.close());

  /** Resolves when the database is busy with the worker's slow report. */
  const reportRuns = async () => {
    const running =
      "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep($2)%' AND pid <> pg_backend_pid()";
    while ((await query(database, running)).length === 0) await sleep(20);
  };

  it('a stop finishes the request in flight, takes no new one, and exits with 0', async () => {
    const worker = await shop.start('r2', database);
    let answered = false;
    const slow = worker.get('/reports/day?seconds=1').finally(() => {
      answered = true;
    });
    await reportRuns();
    worker.stop();
    while (await worker.accepts()) await sleep(10);
    assert.equal(answered, false, 'new requests were taken until the one in flight had its answer');
    const answer = await slow;
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('connection'), 'close');
    await answer.json();
    assert.equal(await worker.exited, 0);
  });

  it('clients that keep connections open do not delay a stop', async () => {
    const worker = await shop.start('r2', database);
    const { port, hostname } = new URL(worker.url);
    const agent = new Agent({ keepAlive: true });
    const [used] = (await once(get(`${worker.url}/livez`, { agent }), 'response')) as [IncomingMessage];
    await once(used.resume(), 'end');
    const silent = connect(Number(port), hostname);
    await once(silent, 'connect');
    worker.stop();
    assert.equal(await worker.exited, 0);
    agent.destroy();
    silent.destroy();
  });

  it('a request on a connection that was made just before the stop is served', { timeout: 30_000 }, async () => {
    const worker = await shop.start('r2', database);
    const { port, hostname } = new URL(worker.url);
    const early = connect(Number(port), hostname);
    await once(early, 'connect');
    worker.stop();
    while (await worker.accepts()) await sleep(10);
    early.write('GET /products HTTP/1.1\r\nHost: pos\r\n\r\n');
    const [answer] = await once(early, 'data');
    assert.match(String(answer), /^HTTP\/1\.1 200 OK\r\n/);
    assert.equal(await worker.exited, 0);
    early.destroy();
  });

  it('a worker is ready only while the database answers, and alive all the time', { timeout: 30_000 }, async () => {
    const worker = await shop.start('r2', database);
    const until = async (status: number) => {
      let answer = await worker.get('/readyz');
      while (answer.status !== status) {
        await sleep(50);
        answer = await worker.get('/readyz');
      }
      return answer;
    };
    assert.deepEqual(await (await until(200)).json(), { status: 'ready', release: 'r2', version: '2.0.0' });
    await shop.postgres.down();
    assert.deepEqual(await (await until(503)).json(), { status: 'not-ready', reason: 'database' });
    assert.equal((await worker.get('/livez')).status, 200);
    const sale = await worker.sell('no-database', [{ productId: 1, quantity: 1 }]);
    assert.equal(sale.status, 503);
    assert.equal(((await sale.json()) as { error: string }).error, 'database-unavailable');
    await shop.postgres.up();
    await until(200);
    assert.equal((await worker.sell('no-database', [{ productId: 1, quantity: 1 }])).status, 201);
  });

  it('every answer and every page says which release it is from', async () => {
    const worker = await shop.start('r2', database);
    for (const path of ['/', '/livez', '/products', '/sales/0', '/nowhere', '/metrics']) {
      const answer = await worker.get(path);
      assert.equal(answer.headers.get('x-release'), 'r2', path);
      assert.equal(answer.headers.get('x-app-version'), '2.0.0', path);
    }
    assert.match(await (await worker.get('/')).text(), /Version 2\.0\.0 · release <b data-release>r2<\/b>/);
  });

  it('response times are counted by method, route and status', async () => {
    const worker = await shop.start('r2', database);
    await worker.get('/reports/day?seconds=0.1');
    await worker.get('/sales/999999');
    const metrics = await (await worker.get('/metrics')).text();
    const count = (labels: string) => metrics.includes(`http_request_duration_seconds_count{${labels}} 1`);
    assert.ok(count('method="GET",route="/reports/day",status="200"'));
    assert.ok(count('method="GET",route="/sales/:id",status="404"'));
    assert.match(
      metrics,
      /http_request_duration_seconds_bucket\{le="0\.05",method="GET",route="\/reports\/day",status="200"\} 0/,
    );
    assert.match(metrics, /pos_release_info\{release="r2",version="2\.0\.0"\} 1/);
  });

  describe('a release that was built to be broken', () => {
    const start = async (fault: string): Promise<Worker> => shop.start(await shop.breakOn(fault), database);

    it('exit-on-sigterm drops its request in flight', async () => {
      const worker = await start('exit-on-sigterm');
      const slow = worker.get('/reports/day?seconds=5');
      slow.catch(() => undefined);
      await reportRuns();
      worker.stop();
      await assert.rejects(slow);
      assert.equal(await worker.exited, 0);
    });

    it('never-ready lives, and is never ready', async () => {
      const worker = await start('never-ready');
      assert.equal((await worker.get('/readyz')).status, 503);
      assert.equal((await worker.get('/livez')).status, 200);
    });

    it('crash-after serves for a while, and ends', async () => {
      const worker = await start('crash-after=300ms');
      assert.equal(await worker.exited, 1);
    });

    it('wrong-release runs in the folder of another release', async () => {
      const worker = await start('wrong-release');
      assert.notEqual((await worker.get('/livez')).headers.get('x-release'), 'r2-wrong-release');
    });

    it('slow-start comes up all the same', async () => {
      const worker = await start('slow-start=200ms');
      assert.equal((await worker.get('/readyz')).status, 200);
    });

    it('a fault that nobody knows stops the build', async () => {
      await assert.rejects(shop.breakOn('explode'), /POS_FAULT=explode: use exit-on-sigterm/);
    });
  });
});
