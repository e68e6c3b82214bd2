import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { query } from './postgres';
import { Shop, type Worker } from './shop';

describe('sales', () => {
  let shop: Shop;
  let database: string;
  let one: Worker;
  let two: Worker;

  before(async () => {
    shop = await Shop.open();
    database = await shop.postgres.createDatabase('sales');
    await shop.migrate('r2', database);
    [one, two] = await Promise.all([shop.start('r2', database), shop.start('r2', database)]);
  });
  after(() => shop.close());

  const stockOf = async (product: number) =>
    (await query<{ stock: number }>(database, `SELECT stock FROM products WHERE id = ${product}`))[0]?.stock;
  const salesOf = async (keys: string) =>
    (await query(database, `SELECT id FROM sales WHERE idempotency_key LIKE '${keys}'`)).length;

  it('a sale gives a receipt and takes the stock', async () => {
    await one.setStock(1, 10);
    const response = await one.sell('first', [
      { productId: 2, quantity: 1 },
      { productId: 1, quantity: 3 },
    ]);
    assert.equal(response.status, 201);
    const receipt = (await response.json()) as { id: number; soldAt: string };
    assert.deepEqual(receipt, {
      id: receipt.id,
      soldAt: receipt.soldAt,
      lines: [
        { productId: 1, name: 'Kopi susu', quantity: 3, price: 18000 },
        { productId: 2, name: 'Kopi tubruk', quantity: 1, price: 12000 },
      ],
      total: 66000,
      vat: 5351 + 1189,
    });
    assert.equal(response.headers.get('location'), `/sales/${receipt.id}`);
    assert.equal(await stockOf(1), 7);
    assert.deepEqual(await (await two.get(`/sales/${receipt.id}`)).json(), receipt);
  });

  it('the printable receipt shows what was sold', async () => {
    const { id } = (await (await one.sell('printed', [{ productId: 5, quantity: 2 }])).json()) as { id: number };
    const page = await one.get(`/receipts/${id}`);
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    const html = await page.text();
    for (const text of ['Nasi goreng', '2 × Rp', '64.000', 'of which VAT']) assert.ok(html.includes(text), text);
    assert.equal((await one.get('/receipts/999999')).status, 404);
  });

  it('one key sent many times at once to two workers books one sale', async () => {
    await one.setStock(3, 100);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? one : two).sell('pressed-often', [{ productId: 3, quantity: 2 }])),
    );
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [...Array(39).fill(200), 201]);
    assert.equal(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true').length, 39);
    const receipts = new Set(await Promise.all(answers.map((answer) => answer.text())));
    assert.equal(receipts.size, 1);
    assert.equal(await salesOf('pressed-often'), 1);
    assert.equal(await stockOf(3), 98);
  });

  it('a basket filled in another order is the same sale; another basket under the same key is refused', async () => {
    const a = { productId: 6, quantity: 1 };
    const b = { productId: 7, quantity: 2 };
    assert.equal((await one.sell('basket', [a, b])).status, 201);
    assert.equal((await one.sell('basket', [b, a])).status, 200);
    const reused = await one.sell('basket', [a]);
    assert.equal(reused.status, 422);
    assert.equal(((await reused.json()) as { error: string }).error, 'key-reused');
  });

  it('customers who want the last pieces at once get no more than there are', async () => {
    await one.setStock(8, 7);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => (n % 2 ? one : two).sell(`rush-${n}`, [{ productId: 8, quantity: 2 }])),
    );
    assert.equal(answers.filter((answer) => answer.status === 201).length, 3);
    assert.equal(answers.filter((answer) => answer.status === 409).length, 27);
    assert.equal(await stockOf(8), 1);
    assert.equal(await salesOf('rush-%'), 3);
  });

  it('baskets that share products in any order never block each other for good', async () => {
    const [a, b] = [9, 10];
    await Promise.all([one.setStock(a, 1000), one.setStock(b, 1000)]);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => {
        const lines = [a, b].map((productId) => ({ productId, quantity: 1 }));
        return (n % 2 ? one : two).sell(`cross-${n}`, n % 3 ? lines : lines.reverse());
      }),
    );
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([201]));
    assert.deepEqual([await stockOf(a), await stockOf(b)], [940, 940]);
  });

  it('a refused sale leaves nothing behind, and its key can be used again', async () => {
    await Promise.all([one.setStock(11, 0), one.setStock(12, 5)]);
    const lines = [
      { productId: 11, quantity: 1 },
      { productId: 12, quantity: 1 },
    ];
    const refused = await one.sell('later', lines);
    assert.equal(refused.status, 409);
    assert.deepEqual(await refused.json(), {
      error: 'out-of-stock',
      message: 'Not enough in stock: Klepon (0 left).',
      products: [{ productId: 11, name: 'Klepon', available: 0 }],
    });
    assert.equal(await stockOf(12), 5);
    await one.setStock(11, 1);
    assert.equal((await one.sell('later', lines)).status, 201);
  });

  it('a request that makes no sense is refused with the reason', async () => {
    assert.equal((await one.sell('', [{ productId: 1, quantity: 1 }])).status, 400);
    assert.equal((await one.sell('bad', [])).status, 400);
    assert.equal((await one.sell('bad', [{ productId: 1, quantity: 0 }])).status, 400);
    assert.equal((await one.sell('bad', [{ productId: 4711, quantity: 1 }])).status, 422);
    assert.equal((await one.get('/reports/day?seconds=11')).status, 400);
    assert.equal(await salesOf('bad'), 0);
  });

  it('slow reports keep no till waiting', async () => {
    const reports = Array.from({ length: 32 }, () => one.get('/reports/day?seconds=1'));
    let reported = false;
    const done = Promise.all(reports).then((answers) => {
      reported = true;
      return answers;
    });
    const sale = await one.sell('beside-reports', [{ productId: 1, quantity: 1 }]);
    assert.equal(sale.status, 201);
    assert.equal(reported, false);
    const report = (await ((await done)[0] as Response).json()) as { date: string; sales: number; total: number };
    assert.match(report.date, /^\d{4}-\d\d-\d\d$/);
  });
});
