import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Prepared } from '../demo/prepare';
import { out } from '../demo/shop';
import type { Lab } from '../lab';
import { type Figures, figuresOf } from '../src/drill/machine/figures';
import { cut } from '../src/drill/machine/scripts';
import { seconds } from '../src/units';
import { benchOnLab, say, within } from './on-lab';

interface Options {
  readonly count: number;
  /** Requests a second. */
  readonly rate: number;
  /** Seconds that a load balancer is cut off. */
  readonly held: number;
}

/** The aim: nobody is without service for longer. */
const MOST_UNSERVED = seconds(1.5);
/** Who waits longer for an answer counts as not served; TCP's own repeat, a second later, serves most of them then. */
const PATIENCE = seconds(1);
/** Before the next one, and what counts as after a cut. */
const SETTLE = seconds(15);
/** From being told until a machine cuts itself off. */
const NOTICE = seconds(1);

async function measure({ stage, one }: Prepared, options: Options): Promise<boolean> {
  const { lab } = stage;
  const held = seconds(options.held);
  say('First deploy …');
  await stage.deploy(one, 'bench');
  const round = NOTICE + held + SETTLE + 2 * PATIENCE; // the last ones' answers are told, too
  const load = stage.customers({
    ...{ rate: options.rate, shares: { page: 1, products: 0, sale: 0, slow: 0 }, fresh: 1, timeout: 5000 },
    maxSeconds: (2 * SETTLE + options.count * 2 * round) / 1000,
  });
  await sleep(SETTLE);
  say('');
  say('cut  of    without service  not served  healed, without  not served  the address is on');
  const cuts: { host: string; during: Figures; after: Figures; now: string[] }[] = [];
  for (let number = 1; number <= options.count; number += 1) {
    const [host] = await holders(lab);
    if (host === undefined) throw new Error('No load balancer has the address.');
    await cutOff(lab, host, held);
    const began = Date.now() + NOTICE;
    await sleep(round);
    const healed = began + held;
    const seen = load.samples.map((one) => (one.latency > PATIENCE ? { failure: 'late', ...one } : one));
    const during = figuresOf(seen, { from: began, to: healed });
    const after = figuresOf(seen, { from: healed, to: healed + SETTLE });
    if (during === undefined || after === undefined) throw new Error('No customer came.');
    const now = await holders(lab);
    cuts.push({ host, during, after, now });
    const told = [during, after].flatMap(({ longestDown, failed, requests }) => [
      `${longestDown} ms`.padEnd(17),
      `${failed} of ${requests}`.padEnd(12),
    ]);
    say([String(number).padEnd(5), host.padEnd(6), ...told, now.join(' and ')].join(''));
  }
  await load.stop();
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'bench-cuts.json'), `${JSON.stringify({ options, cuts }, null, 2)}\n`);
  const most = (span: 'during' | 'after') => Math.max(...cuts.map((one) => one[span].longestDown));
  say('');
  say(`Without service in one piece: at most ${most('during')} ms during a cut, ${most('after')} ms after it`);
  return Math.max(most('during'), most('after')) <= MOST_UNSERVED;
}

/** The load balancers on which the shared address is. */
async function holders(lab: Lab): Promise<string[]> {
  const { address, hosts } = lab.cluster.loadBalancers;
  const found = await Promise.all(
    hosts.map(async ({ name }) => ((await root(lab, name, `ip -o address show to ${address}`)) === '' ? [] : [name])),
  );
  return found.flat();
}

/** As the drill does. */
async function cutOff(lab: Lab, host: string, held: number): Promise<void> {
  const { text, values } = cut(seconds(held / 1000));
  const set = Object.entries(values).map(([name, value]) => `${name}='${value}'\n`);
  await root(lab, host, `set -eu\n${set.join('')}${text}`);
}

async function root(lab: Lab, host: string, text: string): Promise<string> {
  const { status, stdout, stderr } = await lab.shell(host, text);
  if (status !== 0) throw new Error(`${host}: ${stderr}`);
  return stdout;
}

void new Command('npx tsx bench/cuts.ts')
  .description(
    'Cuts the load balancer that has the shared address off the network, again and again: how long is nobody served, ' +
      `then and when it is back? Ends with status 1 where that was longer than ${MOST_UNSERVED / 1000} s.`,
  )
  .option('--count <cuts>', 'cuts', within(1, 100), 20)
  .option('--rate <requests>', 'requests a second, each on a connection of its own', within(10, 200), 50)
  .option('--held <seconds>', 'how long it is cut off', within(1, 60), 10)
  .action((options: Options) => benchOnLab(undefined, (shop) => measure(shop, options)))
  .parseAsync();
