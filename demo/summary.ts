import { type Latency, reasons, type Sample } from './load';
import { type DemoResult, holds } from './result';

const width = 64;
const shades = [' ', '░', '▒', '▓', '█'];

/** What the demo found, for people: fits a screen of 80 by 24. */
export function summaryOf(result: DemoResult, samples: readonly Sample[], names: ReadonlyMap<string, string>): string {
  const { requests, sales, phases } = result;
  const seconds = (name: string) => phases.find((phase) => phase.name === name)?.seconds.toFixed(1) ?? '?';
  const kinds = Object.entries(requests.byKind).map(([kind, { sent, failed }]) => `${kind} ${sent}/${failed}`);
  const why = [...reasons(samples)].slice(0, 5).map(([reason, times]) => `              ${times} × ${reason}`);
  return [
    holds(result) ? 'Nobody noticed.' : 'CUSTOMERS NOTICED.',
    `  Rollouts    deploy of release 2: ${seconds('deploy')} s, rollback to release 1: ${seconds('rollback')} s`,
    `  Requests    ${requests.sent} sent, ${requests.failed} failed   (${kinds.join(', ')})`,
    ...why,
    `  Sales       ${sales.acknowledged} acknowledged, ${sales.lost} lost, ${sales.doubled} doubled${booksNote(result)}`,
    `  Latency ms  ${'before'.padEnd(24)}${'during'.padEnd(24)}after`,
    `    quick     ${latencies(result.latencyOfQuickRequests)}`,
    `    all       ${latencies(result.latency)}`,
    '',
    ...timeLine(result.releases, names),
  ].join('\n');
}

function booksNote({ sales }: DemoResult): string {
  const unknown = sales.unknown > 0 ? `, ${sales.unknown} without an answer (${sales.unknownButBooked} booked)` : '';
  const stock = sales.stockOff.length > 0 ? `; stock is off for product ${sales.stockOff.join(', ')}` : '';
  return unknown + stock;
}

function latencies({ before, during, after }: DemoResult['latency']): string {
  return [before, during, after]
    .map((each) => figures(each).padEnd(24))
    .join('')
    .trimEnd();
}

function figures(latency: Latency | undefined): string {
  const round = (value: number) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
  return latency ? `${round(latency.mean)} / ${round(latency.p50)} / ${round(latency.p99)}` : '-';
}

/** A row per release, the shade its share of the answers at that time. */
export function timeLine(releases: DemoResult['releases'], names: ReadonlyMap<string, string>): string[] {
  const length = (releases.at(-1)?.second ?? 0) + 1;
  const columns = Math.min(width, length);
  const cells = Array.from({ length: columns }, () => new Map<string, number>());
  for (const { second, seen } of releases) {
    const cell = cells[Math.floor((second * columns) / length)];
    for (const [release, answers] of Object.entries(seen)) cell?.set(release, (cell.get(release) ?? 0) + answers);
  }
  const ids = [...new Set(releases.flatMap(({ seen }) => Object.keys(seen)))];
  const rows = ids.map((id) => {
    const strip = cells.map((cell) => {
      const all = [...cell.values()].reduce((sum, answers) => sum + answers, 0);
      return shades[Math.ceil((all === 0 ? 0 : (cell.get(id) ?? 0) / all) * (shades.length - 1))];
    });
    return `  ${(names.get(id) ?? id).padEnd(11)} ${strip.join('').trimEnd()}`;
  });
  return [`Who answered, over ${length} s:`, ...rows];
}
