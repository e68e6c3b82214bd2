import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { out, repository } from '../../demo/shop';
import type { CellResult } from './cell';
import { faults, leftOut, steps } from './matrix';

export interface Results {
  readonly seed: number;
  readonly cells: readonly CellResult[];
}

/** @param whole The whole matrix was run: docs/faults.md is made of it. */
export function writeResults(results: Results, whole: boolean): void {
  mkdirSync(out, { recursive: true });
  const order = [...results.cells].sort((a, b) => rank(a) - rank(b));
  writeFileSync(join(out, 'faults.json'), `${JSON.stringify({ ...results, cells: order }, null, 2)}\n`);
  if (whole) writeFileSync(join(repository, 'docs/faults.md'), pageOf({ ...results, cells: order }));
}

const rank = ({ step, fault }: CellResult) =>
  (steps as readonly string[]).indexOf(step) * faults.length + (faults as readonly string[]).indexOf(fault);

function pageOf({ seed, cells }: Results): string {
  const sum = (key: 'requestsFailed' | 'explained' | 'salesLost' | 'salesDoubled') =>
    cells.reduce((total, cell) => total + cell[key], 0);
  const longest = Math.max(...cells.map(({ backInRotationSeconds }) => backInRotationSeconds ?? 0));
  const table = cells.map(
    (cell) =>
      `| ${cell.step} | ${cell.fault} | ${cell.ok ? 'holds' : '**FAILS**'} | ${cell.requestsFailed} | ${cell.explained} | ${cell.salesLost} | ${cell.salesDoubled} | ${cell.backInRotationSeconds ?? '–'} | ${cell.note.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`,
  );
  return `# The fault matrix

Made by \`npm run test:faults -- --seed ${seed}\` (as root; it makes its own machines). Each cell is a deploy of a real
release on a lab of two load balancers, three workers and a database, with 40 requests a second through the virtual
address and both load balancers. When the deploy's own log says that the step has begun, the fault is injected, and it is
checked that it has really happened.

${cells.filter(({ ok }) => ok).length} of ${cells.length} cells hold. ${sum('requestsFailed')} requests failed, ${sum('explained')} of them for the fault itself; ${sum('salesLost')} sales lost, ${sum('salesDoubled')} doubled; the longest that a healthy worker was out of rotation after the run was gone is ${longest} s.

A cell holds when, without a person, every worker that can be well is back in rotation on every load balancer that is
there within the lease (45 s, and a fresh check); each worker has one whole release, which its process is of; no lock
outlives the run by more than 30 s; every failed request is explained; no sale is lost or doubled; and when the fault
is mended from outside, the same deploy again ends well, with all workers on its release, in rotation, and no lock or
mark left.

| column | what it means |
|---|---|
| failed | requests that got no answer, or another than they should |
| explained | of these, the ones that the fault itself explains, by a rule of time, address and error (\`test/faults/explain.ts\`); all must be |
| lost, doubled | acknowledged sales that are not in the books; sales that are in there twice |
| back | seconds from the end of the run (of its runner, where that was killed or cut off) until every worker that can be well is in rotation |

| step | fault | | failed | explained | lost | doubled | back | note |
|---|---|---|---|---|---|---|---|---|
${table.join('\n')}

Not told apart from another cell, so not run:
${leftOut.map(({ step, fault, why }) => `- ${step} × ${fault}: ${why}`).join('\n')}
`;
}
