import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { out, repository } from '../../demo/shop';
import { faults, leftOut, steps } from './matrix';
import type { CellResult } from './trial';

export interface Results {
  readonly seed: number;
  /** Cells that were to be run. */
  readonly of: number;
  readonly cells: readonly CellResult[];
}

/** The whole matrix, a part of it, random faults, or Buka with a mechanism taken out. */
export type Kind = 'whole' | 'part' | 'random' | 'broken';

const files: Record<Kind, string> = {
  whole: 'faults.json',
  part: 'faults-part.json',
  random: 'faults-random.json',
  broken: 'faults-broken.json',
};

/** Writes `out/faults*.json`, and docs/faults.md of the last whole matrix and the last random faults. */
export function writeResults(kind: Kind, results: Results): void {
  mkdirSync(out, { recursive: true });
  const cells =
    kind === 'random' || kind === 'broken' ? results.cells : [...results.cells].sort((a, b) => rank(a) - rank(b));
  writeFileSync(join(out, files[kind]), `${JSON.stringify({ ...results, cells }, null, 2)}\n`);
  const matrix = readResults('whole');
  if (matrix && kind !== 'part')
    writeFileSync(join(repository, 'docs/faults.md'), pageOf(matrix, readResults('random'), readResults('broken')));
}

export function readResults(kind: Kind): Results | undefined {
  const file = join(out, files[kind]);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;
}

const places = [...steps, 'two runs'] as readonly string[];
const rank = ({ step, fault }: CellResult) =>
  places.indexOf(step) * faults.length + (faults as readonly string[]).indexOf(fault);

const sum = (cells: readonly CellResult[], key: 'requestsFailed' | 'explained' | 'salesLost' | 'salesDoubled') =>
  cells.reduce((total, cell) => total + cell[key], 0);

function totals({ of, cells }: Results): string {
  const partly = cells.length < of ? `**Not complete: ${cells.length} of ${of} were run.** ` : '';
  const longest = Math.max(0, ...cells.map(({ backInRotationSeconds }) => backInRotationSeconds ?? 0));
  return `${partly}${cells.filter(({ ok }) => ok).length} of ${cells.length} hold. ${sum(cells, 'requestsFailed')} requests failed, \
${sum(cells, 'explained')} of them for the fault itself; ${sum(cells, 'salesLost')} sales lost, \
${sum(cells, 'salesDoubled')} doubled. The longest that a worker which could be well was out of rotation after the run \
was gone is ${longest} s.`;
}

const text = (words: string) => words.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

function table(cells: readonly CellResult[]): string {
  const rows = cells.map((cell) => {
    const { step, fault, ok, requestsFailed, explained, salesLost, salesDoubled, backInRotationSeconds, note } = cell;
    const figures = [requestsFailed, explained, salesLost, salesDoubled, backInRotationSeconds ?? '–'];
    return `| ${[step, fault, ok ? 'holds' : '**FAILS**', ...figures, text(note)].join(' | ')} |`;
  });
  const head =
    '| step | fault | | failed | explained | lost | doubled | back | what was seen |\n|---|---|---|---|---|---|---|---|---|';
  return [head, ...rows].join('\n');
}

function pageOf(results: Results, random?: Results, broken?: Results): string {
  const { seed, cells } = results;
  return `# The fault matrix

Made by \`npm run test:faults -- --seed ${seed}\`, as root; it makes its own machines. Each cell is a deploy of a release
by the action as it ships, on a lab of two load balancers, three workers and a database, with 40 requests a second
through the virtual address and both load balancers. When the step has begun, by the deploy's own log or by what is seen
on a host, the fault is injected, and it is checked that it has really happened.

${totals(results)}

A cell holds when, without a person, every worker that can be well is back in rotation on every load balancer that is
there within the lease (45 s, and a fresh check); each worker has one whole release, which its process is of; no lock
outlives the run by more than 30 s; every failed request is explained; no sale is lost or doubled; and when the fault
is mended from outside, the same deploy again ends well, with all workers on its release, in rotation, and no lock or
mark left. Where the app itself fails, a good release is deployed instead.

| column | what it means |
|---|---|
| failed | requests that got no answer, or another one than they should |
| explained | of these, the ones that fail for the fault itself, by a rule of time, address and error (\`test/faults/explain.ts\`); in a cell that holds, all |
| lost, doubled | acknowledged sales that are not in the books, and sales that are in there twice |
| back | seconds from the end of the run (of its runner, where that was killed or cut off) until every worker that can be well is in rotation |

${table(cells)}

Not told apart from another cell, so not run:
${leftOut.map(({ step, fault, why }) => `- ${step} × ${fault}: ${why}`).join('\n')}
${random ? randomPart(random) : ''}${broken ? brokenPart(broken) : ''}`;
}

const brokenPart = ({ seed, cells }: Results) => `
## Seen to fail

Made by \`npm run test:faults -- --broken --seed ${seed}\`: one mechanism after the other is taken out of Buka, and the
cell that guards it has to fail. ${cells.filter(({ ok }) => ok).length} of ${cells.length} did.

| taken out | cell | | what was seen |
|---|---|---|---|
${cells.map(({ fault, step, ok, note }) => `| ${fault} | ${step} | ${ok ? 'fails' : '**PASSES**'} | ${text(note)} |`).join('\n')}
`;

const randomPart = (results: Results) => `
## Random faults at random moments

Made by \`npm run test:faults -- --random ${results.of} --seed ${results.seed}\`, judged in the same way.

${totals(results)}

${table(results.cells)}
`;
