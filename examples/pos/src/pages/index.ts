import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database';
import { listProducts } from '../products';
import { findSale } from '../sales';
import { cashierPage } from './cashier';
import { pageMaker } from './page';
import { receiptPage } from './receipt';

/** What people look at: the till at `/` and printable receipts at `/receipts/:id`. */
export function addPages(app: FastifyInstance, settings: { database: Database; release: string }): void {
  const read = (name: string) => readFileSync(join(__dirname, 'page', name), 'utf8');
  const make = pageMaker({ style: read('pos.css'), release: settings.release });
  const cashier = make({ title: 'Till', script: read('cashier.js') });
  const receipt = make({
    title: 'Receipt',
    script: 'document.querySelector("[data-print]").addEventListener("click", () => print());',
  });

  app.get('/', async (_request, reply) => {
    const { html, headers } = cashier(cashierPage(await listProducts(settings.database.sales)));
    return reply.headers(headers).send(html);
  });

  app.get<{ Params: { id: number } }>(
    '/receipts/:id',
    {
      schema: {
        params: { type: 'object', properties: { id: { type: 'integer', minimum: 1, maximum: 2_147_483_647 } } },
      },
    },
    async (request, reply) => {
      const { html, headers } = receipt(receiptPage(await findSale(settings.database.sales, request.params.id)));
      return reply.headers(headers).send(html);
    },
  );
}
