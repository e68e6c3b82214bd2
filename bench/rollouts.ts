import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { readBooks } from '../demo/books';
import { count, latency, perSecond, reasons, type Sample } from '../demo/load';
import type { Prepared } from '../demo/prepare';
import { reconcile } from '../demo/reconcile';
import { salesHold } from '../demo/result';
import { out } from '../demo/shop';
import type { Lab } from '../lab';
import { benchOnLab, say, within } from './on-lab';
import { restartWorker, rollWithoutDrain } from './undrained';

interface Options {
  readonly count: number;
  readonly rate: number;
  readonly app: 'pos' | 'exit-on-sigterm';
  /** False with `--without-drain`. */
  readonly drain: boolean;
}

interface Rollout {
  readonly to: 'release 1' | 'release 2';
  readonly from: number;
  readonly until: number;
}

/** Seconds that the longest request takes: no rollout can empty a worker sooner. */
const longestRequest = 2;
const pause = 2;
/** Failed requests, and lines of a machine's journal, that are told one by one; the file has all requests. */
const MOST_TOLD = 10;

async function measure({ stage, one, two }: Prepared, options: Options): Promise<boolean> {
  const { lab } = stage;
  say('First deploy …');
  await stage.deploy(one, 'bench');
  if (!options.drain) await stage.deploy(two, 'bench'); // it knows nothing of staging either
  const start = (await restartWorker(lab, lab.cluster.workers.hosts[0]?.name ?? '')) / 1000;
  const floor = lab.cluster.workers.hosts.length * (longestRequest + start);
  const opening = await readBooks(lab);

  // The virtual address is on one load balancer at a time: the others get their share at their own addresses.
  const { address, hosts } = lab.cluster.loadBalancers;
  const targets = [address, ...hosts.map((host) => host.address)].map((each) => `http://${each}`);
  say(
    `${options.rate} requests a second to ${targets.join(', ')}; ${options.count} rollouts, their floor ${floor.toFixed(1)} s`,
  );
  const load = stage.customers({ rate: options.rate, targets, maxSeconds: 3600 });
  await sleep(2 * pause * 1000);
  const rollouts: Rollout[] = [];
  for (let number = 1; number <= options.count; number += 1) {
    const to = (number % 2 === 1) === options.drain ? two : one;
    const from = Date.now();
    if (!options.drain) await rollWithoutDrain(lab, to.id);
    else if (to === two) await stage.deploy(two, 'bench');
    else await stage.rollback(two.job, 'the bench goes back and forth', 'bench');
    rollouts.push({ to: to === two ? 'release 2' : 'release 1', from, until: Date.now() });
    await sleep(pause * 1000);
    const failed = load.samples.filter(({ failure }) => failure !== undefined).length;
    say(
      `${number}. ${((Date.now() - from) / 1000 - pause).toFixed(1)} s; failed so far: ${failed} of ${load.samples.length}`,
    );
  }
  const samples = await load.stop();
  const sales = reconcile(samples, opening, await readBooks(lab));
  const result = {
    options,
    floor,
    start,
    rollouts: rollouts.map((rollout) => figuresOf(rollout, samples, floor)),
    requests: count(samples),
    reasons: Object.fromEntries(reasons(samples)),
    failed: samples.filter(({ failure }) => failure !== undefined),
    failures: perSecond(samples).filter(({ failed }) => failed > 0),
    byTarget: targets.map((target, index) => ({ target, ...of(samples.filter((sample) => sample.target === index)) })),
    latencyOfQuickRequests: latency(samples.filter(({ kind }) => kind !== 'slow')),
    generatorLate: Math.round(samples.reduce((most, { late }) => Math.max(most, late), 0)),
    sales,
  };
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'bench-rollouts.json'), `${JSON.stringify(result, null, 2)}\n`);
  print(result);
  if (result.failed.length > 0) for (const line of await toldByMachines(lab)) say(`             ${line}`);
  const nobodyNoticed = result.requests.failed === 0 && salesHold(sales);
  return options.drain ? nobodyNoticed : result.requests.failed > 0;
}

/**
 * Why a request may have failed, as the machines tell it: when keepalived took or gave up the shared address (on a machine
 * that is too busy it misses the other's signs of life); the last requests that HAProxy ended in another way than by the
 * worker's answer, with their termination state (configuration manual, 8.5); what the app complained of, and its exits.
 */
async function toldByMachines(lab: Lab): Promise<string[]> {
  const { cluster } = lab;
  const journal = `journalctl -o short-iso-precise --no-pager`;
  const balancer = `${journal} _SYSTEMD_UNIT=keepalived.service + SYSLOG_IDENTIFIER=haproxy |
    awk '/Entering/ || / HTTP\\/1/ && !/ ---- /'`;
  const worker = `${journal} -u ${cluster.workers.unit} | grep -v -E 'Start(ed|ing)|Stopp(ed|ing)|Deactivated'`;
  const ask = async (host: string, command: string) =>
    (await lab.shell(host, `${command} | tail -n ${MOST_TOLD}`)).stdout.split('\n').filter(Boolean);
  const told = await Promise.all([
    ...cluster.loadBalancers.hosts.map(({ name }) => ask(name, balancer)),
    ...cluster.workers.hosts.map(({ name }) => ask(name, worker)),
  ]);
  return told.flat().sort();
}

const of = (samples: readonly Sample[]) => ({
  sent: samples.length,
  failed: samples.filter(({ failure }) => failure !== undefined).length,
});

function figuresOf({ to, from, until }: Rollout, samples: readonly Sample[], floor: number) {
  const seconds = (until - from) / 1000;
  return { to, seconds, overFloor: seconds - floor, ...of(samples.filter(({ at }) => at >= from && at < until)) };
}

function print(result: {
  rollouts: readonly ReturnType<typeof figuresOf>[];
  requests: { sent: number; failed: number };
  reasons: Record<string, number>;
  failed: readonly Sample[];
  sales: { acknowledged: number; lost: number; doubled: number };
  floor: number;
}): void {
  const sorted = result.rollouts.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  const median = middle.reduce((sum, seconds) => sum + seconds, 0) / middle.length;
  say('');
  say('rollout  to         seconds  over the floor  sent    failed');
  result.rollouts.forEach(({ to, seconds, overFloor, sent, failed }, index) => {
    const columns = [String(index + 1).padEnd(9), to.padEnd(11), seconds.toFixed(1).padEnd(9)];
    say([...columns, overFloor.toFixed(1).padEnd(16), String(sent).padEnd(8), failed].join(''));
  });
  const { requests, sales } = result;
  say('');
  say(
    `Rollouts   ${sorted.length}, median ${median.toFixed(1)} s, ${(median - result.floor).toFixed(1)} s over the floor`,
  );
  say(`Requests   ${requests.sent} sent, ${requests.failed} failed`);
  for (const [reason, times] of Object.entries(result.reasons)) say(`             ${times} × ${reason}`);
  for (const { at, kind, fresh, failure } of result.failed.slice(0, MOST_TOLD))
    say(`             ${new Date(at).toISOString()} ${kind}${fresh ? ' on a connection of its own' : ''}: ${failure}`);
  say(`Sales      ${sales.acknowledged} acknowledged, ${sales.lost} lost, ${sales.doubled} doubled`);
}

void new Command('npx tsx bench/rollouts.ts')
  .description(
    'Rollouts in a row, forward and back, under load through both load balancers: what did customers notice?',
  )
  .option('--count <rollouts>', 'rollouts', within(1, 200), 30)
  .option('--rate <requests>', 'requests a second', within(1, 1000), 200)
  .addOption(
    new Option('--app <which>', 'the POS as it is, or one that exits at once on SIGTERM')
      .choices(['pos', 'exit-on-sigterm'])
      .default('pos'),
  )
  .option('--without-drain', 'leave the draining out: the measuring has to see requests fail')
  .action(({ withoutDrain, ...rest }) => {
    const options: Options = { ...rest, drain: !withoutDrain };
    const fault = options.app === 'pos' ? undefined : options.app;
    return benchOnLab(fault, (shop) => measure(shop, options));
  })
  .parseAsync();
