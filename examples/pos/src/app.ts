import fastify, { type FastifyInstance } from 'fastify';
import type { Database } from './database';
import { edition } from './edition';
import { isUnavailable, ShopError } from './errors';
import { addMetrics } from './metrics';
import { addPages } from './pages';
import { listProducts, setStock } from './products';
import { dayReport } from './reports';
import { findSale, type RequestedLine, sell } from './sales';

export interface Settings {
  readonly database: Database;
  readonly release: string;
  /** Whether the process wants requests: false while it stops. Asked at every readiness check and every answer. */
  readonly wanted: () => boolean;
}

const id = { type: 'integer', minimum: 1, maximum: 2_147_483_647 } as const;

/** The whole app, not yet listening. */
export async function buildApp({ database, release, wanted }: Settings): Promise<FastifyInstance> {
  // While it stops, a request that still comes in over an open connection is served, not refused.
  const app = fastify({ logger: false, return503OnClosing: false, bodyLimit: 64 * 1024 });

  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-release', release).header('x-app-version', edition.version);
  });
  // Node closes idle connections when it stops; this ends those that were busy, as soon as they have their answer.
  app.addHook('onSend', async (_request, reply) => {
    if (!wanted()) reply.header('connection', 'close');
  });

  app.setNotFoundHandler((_request, reply) => {
    reply.status(404).send({ error: 'not-found', message: 'There is nothing here.' });
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof ShopError) {
      return reply.status(error.status).send({ error: error.code, message: error.message, ...error.details });
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return reply.status(error.statusCode).send({ error: 'bad-request', message: error.message });
    }
    const unavailable = isUnavailable(error);
    console.error(unavailable ? error.message : error);
    return unavailable
      ? reply.status(503).send({ error: 'database-unavailable', message: 'The database does not answer. Try again.' })
      : reply.status(500).send({ error: 'internal', message: 'Something went wrong.' });
  });

  addMetrics(app, release);
  addPages(app, { database, release });

  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    if (!wanted()) return reply.status(503).send({ status: 'not-ready', reason: 'stopping' });
    if (!(await database.ready())) return reply.status(503).send({ status: 'not-ready', reason: 'database' });
    return { status: 'ready', release, version: edition.version };
  });

  app.get('/products', async () => ({ products: await listProducts(database.sales) }));

  app.put<{ Params: { id: number }; Body: { stock: number } }>(
    '/products/:id/stock',
    {
      schema: {
        params: { type: 'object', properties: { id } },
        body: {
          type: 'object',
          required: ['stock'],
          properties: { stock: { type: 'integer', minimum: 0, maximum: 1_000_000_000 } },
        },
      },
    },
    async (request) => setStock(database.sales, request.params.id, request.body.stock),
  );

  app.post<{ Headers: { 'idempotency-key': string }; Body: { lines: RequestedLine[] } }>(
    '/sales',
    {
      schema: {
        headers: {
          type: 'object',
          required: ['idempotency-key'],
          properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: 200 } },
        },
        body: {
          type: 'object',
          required: ['lines'],
          properties: {
            lines: {
              type: 'array',
              minItems: 1,
              maxItems: 100,
              items: {
                type: 'object',
                required: ['productId', 'quantity'],
                properties: { productId: id, quantity: { type: 'integer', minimum: 1, maximum: 1000 } },
              },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const { receipt, replayed } = await sell(database.sales, release, key, request.body.lines);
      if (replayed) reply.header('idempotent-replayed', 'true');
      return reply
        .status(replayed ? 200 : 201)
        .header('location', `/sales/${receipt.id}`)
        .send(receipt);
    },
  );

  app.get<{ Params: { id: number } }>(
    '/sales/:id',
    { schema: { params: { type: 'object', properties: { id } } } },
    async (request) => findSale(database.sales, request.params.id),
  );

  app.get<{ Querystring: { date?: string; seconds: number } }>(
    '/reports/day',
    {
      schema: {
        querystring: {
          type: 'object',
          properties: {
            date: { type: 'string', format: 'date' },
            seconds: { type: 'number', minimum: 0, maximum: 10, default: 0 },
          },
        },
      },
    },
    async (request) => dayReport(database.reports, request.query.date, request.query.seconds),
  );

  return app;
}
