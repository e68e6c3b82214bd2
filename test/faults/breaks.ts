import { basename } from 'node:path';
import { runCell } from './cell';
import { Ground } from './ground';
import type { Cell } from './matrix';
import { bundleProduct, type Change } from './product';
import type { CellResult } from './trial';

/** A mechanism taken out of the product, and the cell that has to notice. */
export interface Break extends Change {
  readonly name: string;
  readonly cell: Cell;
  /** What the cell has to complain of. */
  readonly seen: RegExp;
}

export const breaks: readonly Break[] = [
  {
    name: 'no lease',
    file: 'src/load-balancer/haproxy/guard.ts',
    find: 'if [ "$state" != ready ] && lapsed; then come_back_from "$state"; fi',
    replace: ':',
    cell: { step: 'drain', fault: 'runner killed' },
    seen: /not back within the lease/,
  },
  {
    name: 'a lock that lives for eight minutes',
    file: 'src/rollout/lock/scripts.ts',
    find: 'TIME_TO_LIVE = seconds(30)',
    replace: 'TIME_TO_LIVE = seconds(480)',
    cell: { step: 'stage', fault: 'runner killed' },
    seen: /its lock outlives the run/,
  },
  {
    name: 'no question whether a silent host still lives',
    file: 'src/remote/session.ts',
    find: 'keepaliveInterval: options.keepalive',
    replace: 'keepaliveInterval: 0',
    cell: { step: 'check', fault: 'SSH hangs' },
    seen: /had to be killed/,
  },
  {
    name: 'a failing worker keeps the release',
    file: 'src/rollout/batch.ts',
    find: 'await switchWorker(work, task, { to: previous',
    replace:
      'if (work) throw new BukaError({ code: "broken", message: "broken" });\n      await switchWorker(work, task, { to: previous',
    cell: { step: 'restart', fault: 'app fails' },
    seen: /worker1 is not healthy/,
  },
  {
    name: 'a restart before the drain is over',
    file: 'src/load-balancer/haproxy/changes.ts',
    find: 'if [ "$zeros" -ge 2 ]; then return 0; fi',
    replace: 'return 0',
    cell: { step: 'settle', fault: 'disk full' },
    seen: /requests failed without a reason/,
  },
  {
    name: 'a drain that a reload undoes',
    file: 'src/load-balancer/haproxy/guard.ts',
    find: '*)\n      enforce\n',
    replace: '*)\n      wrong=0\n',
    cell: { step: 'start', fault: 'load balancer reloaded' },
    seen: /requests failed without a reason|is not healthy|ended with/,
  },
];

/** Takes each mechanism out in turn, on a lab of its own, and holds when the cell complains of it. */
export async function runBreak(one: Break, lab: string, built: string, seed: number): Promise<CellResult> {
  const ground = await Ground.make(lab, await bundleProduct(one), built);
  try {
    const result = await runCell(ground, one.cell, { chance: 0, seed });
    const noticed = !result.ok && one.seen.test(result.note);
    const note = `${noticed ? 'noticed' : 'NOT NOTICED'}: ${result.note}`;
    return {
      ...result,
      step: `${one.cell.step} × ${one.cell.fault}`,
      fault: `${one.name} (${basename(one.file)})`,
      ok: noticed,
      note,
    };
  } finally {
    await ground.dispose();
  }
}
