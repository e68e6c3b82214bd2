import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
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
    assert.equal(shop.migrate('r2', database), 'migrated: 001_shop, 002_vat');
    assert.equal(shop.migrate('r2', database), 'nothing to migrate');
    assert.equal((await query(database, 'SELECT * FROM products')).length, 12);
  });

  it('release 2 adds its migration to the database of release 1, and release 1 leaves it there', async () => {
    const database = await shop.postgres.createDatabase('expand');
    assert.equal(shop.migrate('r1', database), 'migrated: 001_shop');
    assert.equal(shop.migrate('r2', database), 'migrated: 002_vat');
    assert.equal(shop.migrate('r1', database), 'nothing to migrate');
  });

  it('a migration that meets a lock gives up, so that sales do not queue behind it', async () => {
    const database = await shop.postgres.createDatabase('locked');
    shop.migrate('r1', database);
    const holder = query(database, 'BEGIN; LOCK TABLE products; SELECT pg_sleep(8)').catch(() => undefined);
    while (
      (
        await query(
          database,
          "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'products'::regclass",
        )
      ).length === 0
    );
    assert.throws(() => shop.migrate('r2', database), /lock timeout/);
    await query(
      database,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(8)%' AND pid <> pg_backend_pid()",
    );
    await holder;
    assert.equal(shop.migrate('r2', database), 'migrated: 002_vat');
  });

  it('release 2 is not ready before its migration has run', async () => {
    const database = await shop.postgres.createDatabase('early');
    shop.migrate('r1', database);
    const worker = await shop.start('r2', database);
    assert.equal((await worker.get('/readyz')).status, 503);
    shop.migrate('r2', database);
    assert.equal((await worker.get('/readyz')).status, 200);
  });

  it('both sell side by side after the migration, and each shows what the other booked', async () => {
    const database = await shop.postgres.createDatabase('both');
    shop.migrate('r1', database);
    const old = await shop.start('r1', database);
    const before = (await (await old.sell('before', coffee)).json()) as { id: number };
    shop.migrate('r2', database);
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
    shop.migrate('r2', database);
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
