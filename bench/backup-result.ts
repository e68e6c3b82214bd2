import { bytes, formatBytes } from '../src/units';
import type { Cost } from './backup-measure';

export type Tool =
  | 'Buka: backup and proof'
  | 'pg_dump -Fc'
  | 'pg_dump | zstd -3'
  | 'pg_dump -Fc -Z0 | restic'
  | 'restic dump | pg_restore'
  | 'pgBackRest full'
  | 'pgBackRest incremental';

export interface Measure {
  readonly tool: Tool;
  readonly cost: Cost;
  /** Bytes that are on the backup server now and weren't before; undefined for what stores nothing. */
  readonly added?: number | undefined;
  /** Seconds of which it is made up, as far as it tells. */
  readonly parts?: Readonly<Record<string, number>> | undefined;
}

export interface Phase {
  readonly name: 'first backup' | "after a day's sales" | 'after scattered updates';
  /** Bytes of the rows that are new or other since the last backup, as a dump of their own through zstd -3. */
  readonly changed?: number | undefined;
  /** Bytes of write-ahead log that pgBackRest had archived since the last backup. */
  readonly archived?: number | undefined;
  readonly measures: readonly Measure[];
}

export interface Aim {
  readonly aim: string;
  /** How many times the reference it is. */
  readonly factor: number;
  readonly most: number;
  readonly met: boolean;
}

/**
 * What was aimed at, and whether it was reached: a day's backup adds at most twice what changed, compressed; backup and
 * proof take at most 1.2 times as long as the same dump and restore without any proof.
 */
export function aims(phases: readonly Phase[]): Aim[] {
  const of = (phase: Phase, tool: Tool) => {
    const measure = phase.measures.find((one) => one.tool === tool);
    if (measure === undefined) throw new Error(`${tool} was not measured: ${phase.name}`);
    return measure;
  };
  const aim = (text: string, factor: number, most: number): Aim => ({ aim: text, factor, most, met: factor <= most });
  return phases.flatMap((phase) => {
    const buka = of(phase, 'Buka: backup and proof');
    const seconds = (tool: Tool) => of(phase, tool).cost.seconds;
    const reference = seconds('pg_dump -Fc -Z0 | restic') + seconds('restic dump | pg_restore');
    const time = aim(`${phase.name}: seconds, of a raw dump and restore`, buka.cost.seconds / reference, 1.2);
    if (phase.name !== "after a day's sales") return [time];
    const added = (buka.added ?? Number.NaN) / (phase.changed ?? Number.NaN);
    return [aim(`${phase.name}: bytes added, of what changed`, added, 2), time];
  });
}

/** For a terminal. */
export function table(phases: readonly Phase[]): string[] {
  return phases.flatMap(({ name, changed, archived, measures }) => [
    '',
    name + (changed === undefined ? '' : `: ${size(changed)} changed, compressed`),
    row('', 'seconds', 'CPU: backup1', 'db1', 'added'),
    ...measures.flatMap(({ tool, cost, added, parts }) => [
      row(
        tool,
        cost.seconds.toFixed(1),
        cost.cpu.backup.toFixed(1),
        cost.cpu.database.toFixed(1),
        added === undefined ? '-' : size(added),
      ),
      ...Object.entries(parts ?? {}).map(([part, seconds]) => row(`  ${part}`, seconds.toFixed(1))),
    ]),
    ...(archived === undefined ? [] : [`beside pgBackRest's backup, archived since the last one: ${size(archived)}`]),
  ]);
}

export const verdict = ({ aim, factor, most, met }: Aim): string =>
  `${met ? 'met    ' : 'NOT MET'}  ${aim}: ${factor.toFixed(2)} ×, at most ${most} ×`;

const size = (count: number) => formatBytes(bytes(count));

const row = (first: string, ...columns: readonly string[]) =>
  (first.padEnd(26) + columns.map((column) => column.padStart(13)).join('')).trimEnd();
