import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { APP_JOB, AVAILABILITY_JOB } from '../../src/slo';
import { run } from './prometheus';

interface Dashboard {
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const { annotations, panels } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../docs/alerts/grafana.json'), 'utf8'),
) as Dashboard;
const queries = [...annotations.list, ...panels.flatMap(({ targets }) => targets)].map(({ expr }) => expr);

test('Prometheus can read each query of the dashboard', () => {
  expect(queries.length).toBeGreaterThan(panels.length);
  const folder = mkdtempSync(join(tmpdir(), 'buka-dashboard-'));
  try {
    const path = join(folder, 'rules.yml');
    const rules = queries.map((expr, index) => ({ record: `panel:query:${index}`, expr }));
    writeFileSync(path, stringify({ groups: [{ name: 'dashboard', rules }] }));
    expect(run('promtool', ['check', 'rules', path])).toContain(`${rules.length} rules found`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('asks for jobs that buka provision sets up', () => {
  const jobs = queries.flatMap((query) => [...query.matchAll(/job="([^"]*)"/g)].map(([, job]) => job));
  expect(new Set(jobs)).toEqual(new Set([AVAILABILITY_JOB, APP_JOB, 'haproxy', 'node']));
});

test('no panel covers another', () => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});
