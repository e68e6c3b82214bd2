import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { query } from './postgres';
import { Shop } from './shop';

const coffee = [{ productId: 1, quantity: 1 }];

describe('two releases on one database', () => {
  let shop: Shop;

  before(async () => {
    shop = await Shop.open();
  });
  after(() => shop.close());

  it('migrations go up from an empty database, and a second time change nothing', async () => {
    const database = await shop.postgres.createDatabase('up');
    assert.equal(await shop.migrate('r2', database), 'migrated: 001_shop, 002_vat');
    assert.equal(await shop.migrate('r2', database), 'nothing to migrate');
    assert.equal((await query(database, 'SELECT * FROM products')).length, 12);
  });

  it('release 2 adds its migration to the database of release 1, and release 1 leaves it there', async () => {
    const database = await shop.postgres.createDatabase('expand');
    assert.equal(await shop.migrate('r1', database), 'migrated: 001_shop');
    assert.equal(await shop.migrate('r2', database), 'migrated: 002_vat');
    assert.equal(await shop.migrate('r1', database), 'nothing to migrate');
  });

  it('two deploys that migrate at once take turns', async () => {
    const database = await shop.postgres.createDatabase('turns');
    const printed = await Promise.all(Array.from({ length: 3 }, () => shop.migrate('r2', database)));
    assert.deepEqual(printed.sort(), ['migrated: 001_shop, 002_vat', 'nothing to migrate', 'nothing to migrate']);
  });

  it('a migration that meets a lock gives up, so that sales do not queue behind it', { timeout: 60_000 }, async () => {
    const database = await shop.postgres.createDatabase('locked');
    await shop.migrate('r1', database);
    const report = new Client({ connectionString: database });
    await report.connect();
    await report.query('BEGIN; LOCK TABLE products IN ACCESS SHARE MODE');
    await assert.rejects(shop.migrate('r2', database), /lock timeout/);
    await report.end();
    assert.equal(await shop.migrate('r2', database), 'migrated: 002_vat');
  });

  it('a migration does not wait for a long report', async () => {
    const database = await shop.postgres.createDatabase('reporting');
    await shop.migrate('r1', database);
    const report = new Client({ connectionString: database });
    await report.connect();
    await report.query('BEGIN; LOCK TABLE sales IN ACCESS SHARE MODE');
    assert.equal(await shop.migrate('r2', database), 'migrated: 002_vat');
    await report.end();
  });

  it('release 2 is not ready before its migration has run', async () => {
    const database = await shop.postgres.createDatabase('early');
    await shop.migrate('r1', database);
    const worker = await shop.start('r2', database);
    assert.equal((await worker.get('/readyz')).status, 503);
    await shop.migrate('r2', database);
    assert.equal((await worker.get('/readyz')).status, 200);
  });

  it('both sell side by side after the migration, and each shows what the other booked', async () => {
    const database = await shop.postgres.createDatabase('both');
    await shop.migrate('r1', database);
    const old = await shop.start('r1', database);
    const before = (await (await old.sell('before', coffee)).json()) as { id: number };
    await shop.migrate('r2', database);
    const young = await shop.start('r2', database);

    const fromOld = await (await old.sell('old', coffee)).json();
    const fromYoung = (await (await young.sell('young', coffee)).json()) as { id: number };
    assert.ok(!('vat' in (fromOld as object)));
    assert.deepEqual(await (await young.sell('old', coffee)).json(), { ...(fromOld as object), vat: null });
    const { vat, ...withoutVat } = fromYoung as { id: number; vat: number };
    assert.equal(vat, 1784);
    assert.deepEqual(await (await old.sell('young', coffee)).json(), withoutVat);
    assert.equal((await old.get('/readyz')).status, 200);
    assert.match(await (await young.get(`/receipts/${before.id}`)).text(), /not recorded/);

    const booked = await query(database, 'SELECT idempotency_key, release FROM sales ORDER BY id');
    assert.deepEqual(booked, [
      { idempotency_key: 'before', release: 'r1' },
      { idempotency_key: 'old', release: 'r1' },
      { idempotency_key: 'young', release: 'r2' },
    ]);
  });

  it('a customer can tell the releases apart', async () => {
    const database = await shop.postgres.createDatabase('apart');
    await shop.migrate('r2', database);
    const [old, young] = await Promise.all([shop.start('r1', database), shop.start('r2', database)]);
    const oldPage = await (await old.get('/')).text();
    const youngPage = await (await young.get('/')).text();
    assert.match(oldPage, /<h1>Warung Buka<\/h1>/);
    assert.match(oldPage, /Version 1\.0\.0 · release <b data-release>r1/);
    assert.match(youngPage, /<h1>Warung Buka Baru<\/h1>/);
    assert.match(youngPage, /VAT on every receipt/);
    assert.equal((await old.get('/livez')).headers.get('x-app-version'), '1.0.0');
  });
});
