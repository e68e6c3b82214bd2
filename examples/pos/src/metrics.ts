import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { edition } from './edition';

/** Prometheus metrics of one process at `GET /metrics`. */
export function addMetrics(app: FastifyInstance, release: string): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'pos_release_info',
    help: 'The release that this process is from; always 1.',
    labelNames: ['release', 'version'],
    registers: [registry],
  }).set({ release, version: edition.version }, 1);
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the arrival of a request until its answer was sent.',
    labelNames: ['method', 'route', 'status'],
    // 3 s is the objective for the mean response time.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    duration.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1000);
  });
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}
