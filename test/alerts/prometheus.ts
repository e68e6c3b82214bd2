import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Cluster } from '../../src/cluster';
import { contentOf, roleOf } from '../provision/cluster';

/** What is fed to the rules: series, as promtool writes their values ("Unit testing for rules": `1x5 0 _`). */
export type AllSeries = Readonly<Record<string, string>>;

interface Case {
  readonly cluster: Cluster;
  readonly series: AllSeries;
  /** Between two values: `5s`. */
  readonly interval: string;
  /** Between two looks at the rules; a day of figures takes long to look at. */
  readonly every?: string;
  /** When it is asked what fires, after the first value: `1h`. */
  readonly at: string;
  /**
   * With the rule that looks at a whole day minute by minute (CoverageTooLow, of a part of the day). Each look takes the
   * engine a good part of a second, so only the tests that are about it have it.
   */
  readonly wholeDay?: boolean;
}

/** The rules as they get to the monitoring host. */
export const rulesOf = (cluster: Cluster): string =>
  contentOf(roleOf(cluster.monitoring?.host.name ?? '', cluster), `/etc/prometheus/buka/${cluster.service}.yml`);

/**
 * Has Prometheus's own engine judge that these alerts fire then, and no others.
 * @param expected as `WorkerDown host=worker1`, with the labels that tell alerts of one name apart
 */
export function expectFiring(
  { cluster, series, interval, at, every = '1m', wholeDay = false }: Case,
  expected: readonly string[],
): void {
  const labels = 'host, over, objective, mountpoint';
  promtool(wholeDay ? rulesOf(cluster) : withoutWholeDay(rulesOf(cluster)), every, [
    {
      interval,
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        {
          expr: `count by (alertname, ${labels}) (ALERTS{alertstate="firing"})`,
          eval_time: at,
          exp_samples: expected.map((text) => ({ labels: labelled(text), value: 1 })),
        },
      ],
    },
  ]);
}

function withoutWholeDay(rules: string): string {
  const { groups } = parse(rules) as { groups: { name: string; rules: { expr: string }[] }[] };
  const kept = groups.map((group) => ({
    ...group,
    rules: group.rules.filter(({ expr }) => !expr.includes('[1d:1m]')),
  }));
  return stringify({ groups: kept });
}

/** `{alertname="WorkerDown", host="worker1"}` */
function labelled(text: string): string {
  const [name, ...labels] = text.split(' ');
  const all = [['alertname', name], ...labels.map((label) => label.split('='))];
  return `{${all.map(([key, value]) => `${key}="${value}"`).join(', ')}}`;
}

/** Has promtool run tests of rules; what it says is the failure. */
export function promtool(rules: string, every: string, tests: readonly unknown[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'buka-rules-'));
  try {
    writeFileSync(join(folder, 'rules.yml'), rules);
    const content = { rule_files: ['rules.yml'], evaluation_interval: every, tests };
    writeFileSync(join(folder, 'tests.yml'), stringify(content, { lineWidth: 0 }));
    run('promtool', ['test', 'rules', join(folder, 'tests.yml')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @throws Error with what the program said, or where it comes from when it isn't there */
export function run(program: 'promtool' | 'amtool', args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: string; stdout?: string; stderr?: string };
    if (code !== 'ENOENT') throw new Error(`${program} ${args[0]}: ${stdout}${stderr}`);
    const from = program === 'promtool' ? 'prometheus' : 'prometheus-alertmanager';
    throw new Error(`${program} is not on this machine, and nothing else can judge the rules: apt-get install ${from}`);
  }
}
