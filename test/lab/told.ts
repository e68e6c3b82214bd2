import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import type { Cluster } from '../../src/cluster';
import { noFacts, setupsOf } from '../../src/provision';
import type { Ground } from './rollout-ground';

/** An alert as a person gets it. */
interface Told {
  readonly status: 'firing' | 'resolved';
  readonly labels: Labels;
}

type Labels = Readonly<Record<string, string>>;

interface Cause {
  readonly cause: () => Promise<unknown>;
  readonly mend: () => Promise<unknown>;
}

const monitor = 'monitor1';
const RULES = '/etc/prometheus/buka/pos.yml';
const ALERTMANAGER = '/etc/prometheus/alertmanager.yml';
const CONFIGURATION = '/etc/prometheus/prometheus.yml';
const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The same text with each span of time in it `times` as short. */
const shortened = (text: string, times: number): string =>
  text.replace(
    /\b(\d+)(ms|[smhd])\b/g,
    (_, count: string, unit: keyof typeof milliseconds) => `${(Number(count) * milliseconds[unit]) / times}ms`,
  );

/**
 * Time thirty times as fast: each span of the rules, how long they wait, and how old they let something be, is a thirtieth of
 * what it is; what they ask for and what else they compare it with stays. Nobody waits a day in a test.
 */
const faster = (text: string): string => shortened(text, 30);

const AGE = /(time\(\) - [^>\n]* > )(\d+)/g;
const younger = (expression: string): string =>
  expression.replace(AGE, (_, age: string, limit: string) => `${age}${Number(limit) / 30}`);

/** Prometheus looks five times as often: at what customers see each second, at the machines every three. */
export const oftener = (text: string): string =>
  text.replace(/_(interval|timeout): \w+/g, (setting) => shortened(setting, 5));

/** The same of a rules file, whose texts for people stay as they are. */
export function fasterRules(text: string): string {
  const { groups } = parse(text) as { groups: { name: string; rules: { expr: string; for?: string }[] }[] };
  return stringify({
    groups: groups.map(({ name, rules }) => ({
      name,
      rules: rules.map((rule) => ({
        ...rule,
        expr: younger(rule.expr.replace(/\[[^\]]*\]|offset \w+/g, faster)),
        ...(rule.for === undefined ? {} : { for: faster(rule.for) }),
      })),
    })),
  });
}

/** The lab's monitoring, with whoever is told. */
export class Monitored {
  /** The last of each, by its labels. */
  readonly #told = new Map<string, Told>();
  #server: Server | undefined;

  constructor(
    private readonly ground: Ground,
    private readonly cluster: Cluster = ground.lab.cluster,
  ) {}

  /** With no figures of the time before, and rules for which time goes faster; they are those that `buka provision` writes. */
  async begin(): Promise<void> {
    const { lab } = this.ground;
    this.#server = createServer((request, response) => {
      json(request).then((body) => {
        for (const told of (body as { alerts: Told[] }).alerts) this.#told.set(JSON.stringify(told.labels), told);
        response.end();
      });
    }).listen(0, lab.runnerAddress);
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as { port: number };
    const monitoring = { ...this.#monitoring, alerts: { webhook: `http://${lab.runnerAddress}:${port}/` } };
    const files = setupsOf({ ...this.cluster, monitoring }, monitor, noFacts).flatMap((setup) => setup.files);
    const contentOf = (path: string) => files.find((file) => file.path === path)?.content ?? '';
    await this.#root(`mkdir -p /root/before; cp -p ${RULES} ${ALERTMANAGER} ${CONFIGURATION} /root/before
      systemctl stop prometheus prometheus-alertmanager; rm -rf /var/lib/prometheus/metrics2/* /var/lib/prometheus/alertmanager/*`);
    await lab.shell(monitor, `cat >${RULES}`, { input: fasterRules(contentOf(RULES)) });
    await lab.shell(monitor, `cat >${ALERTMANAGER}`, { input: faster(contentOf(ALERTMANAGER)) });
    await lab.shell(monitor, `cat >${CONFIGURATION}`, { input: oftener(contentOf(CONFIGURATION)) });
    await this.#root(`promtool check rules ${RULES} && promtool check config ${CONFIGURATION} && amtool check-config ${ALERTMANAGER}
      systemctl start prometheus prometheus-alertmanager`);
  }

  async end(): Promise<void> {
    await this.#root(`if [ -d /root/before ]; then
        for file in ${RULES} ${ALERTMANAGER} ${CONFIGURATION}; do cp -p "/root/before/$(basename "$file")" "$file"; done
        rm -r /root/before
      fi
      systemctl stop prometheus prometheus-alertmanager; rm -rf /var/lib/prometheus/metrics2/* /var/lib/prometheus/alertmanager/*
      systemctl start prometheus prometheus-alertmanager`);
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  /** Waits until this is what somebody was told last of such an alert. */
  async until(status: Told['status'], alertname: string, labels: Labels = {}): Promise<void> {
    for (let tries = 0; tries < 600; tries += 1) {
      if (this.#last({ alertname, ...labels }).includes(status)) return;
      await setTimeout(500);
    }
    const all = [...this.#told.values()].map(
      ({ status, labels }) => `${status} ${labels.alertname} ${labels.host ?? ''}`,
    );
    throw new Error(`nobody was told that ${alertname} is ${status}; told was last: ${all.join(', ')}`);
  }

  /** Sees an alert told when its cause is there, not before, and told to be over when that is gone. */
  async fires(name: string, labels: Labels, { cause, mend }: Cause): Promise<void> {
    expect(this.#last({ alertname: name, ...labels })).not.toContain('firing');
    try {
      await cause();
      await this.until('firing', name, labels);
    } finally {
      await mend();
    }
    await this.until('resolved', name, labels);
  }

  /** What was told last of each alert with such labels. */
  #last(labels: Labels): Told['status'][] {
    const wanted = Object.entries(labels);
    const all = [...this.#told.values()].filter((told) => wanted.every(([key, value]) => told.labels[key] === value));
    return all.map(({ status }) => status);
  }

  /** Silences that are there now, as Alertmanager lists them. */
  async silences(): Promise<string[]> {
    const { stdout } = await this.ground.lab.shell(
      monitor,
      'amtool --alertmanager.url=http://127.0.0.1:9093 silence query --output=extended',
    );
    return stdout.split('\n').filter((line) => line.includes('buka '));
  }

  get #monitoring() {
    const { monitoring } = this.cluster;
    if (monitoring === undefined) throw new Error('the lab has no monitoring');
    return monitoring;
  }

  #root = (text: string) => this.ground.root(monitor, text);
}
