import { between, type Duration } from '../units';
import type { BackupManifest } from './manifest';
import type { Current } from './restore-host';

/** What a restore takes away: all that was written since the recovery point. */
export interface Loss {
  /** What was committed after it is lost. */
  readonly since: Date;
  readonly span: Duration;
  /** There is no database now that could lose anything. */
  readonly nothingThere: boolean;
  /** Of either side, by name. */
  readonly tables: readonly TableLoss[];
}

export interface TableLoss {
  readonly table: string;
  /** Undefined where there is no such table. */
  readonly now?: number | undefined;
  readonly inBackup?: number | undefined;
}

/** @param now of this machine; the recovery point is of the database server's clock, so a short span may be off */
export function lossOf({ recoveryPoint, tables }: BackupManifest, current: Omit<Current, 'others'>, now: Date): Loss {
  const names = [...new Set([...Object.keys(current.tables), ...Object.keys(tables)])].sort();
  return {
    since: recoveryPoint,
    span: between(recoveryPoint, now),
    nothingThere: !current.exists,
    tables: names.map((table) => ({ table, now: current.tables[table], inBackup: tables[table]?.rows })),
  };
}

/** For people, before they decide. */
export function describeLoss(database: string, { since, span, nothingThere, tables }: Loss): string[] {
  const range = `between ${since.toISOString()} and now: ${formatSpan(span)}`;
  if (nothingThere) return [`There is no database ${database} now. What was written ${range}, is not in the backup.`];
  const changed = tables.filter(({ now, inBackup }) => now !== inBackup);
  const same = tables.length - changed.length;
  return [
    `Lost would be all that was written to ${database} ${range}.`,
    ...changed.map((one) => `  ${describeTable(one)}`),
    same > 0
      ? `  ${same} ${changed.length > 0 ? 'other ' : ''}table${same > 1 ? 's' : ''} with as many rows as in the backup, which may be others`
      : '',
  ].filter(Boolean);
}

function describeTable({ table, now, inBackup }: TableLoss): string {
  const left = now === undefined ? 'not there now' : `${count(now)} now`;
  return `${table}: ${left}, ${inBackup === undefined ? 'no such table' : count(inBackup)} in the backup`;
}

const count = (rows: number) => rows.toLocaleString('en-US');

/** `3 d 4 h`, `2 h 5 min`, `1 min 20 s`: the two largest units. */
function formatSpan(span: Duration): string {
  const whole = Math.round(span / 1000);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first === -1) return 'less than a second';
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}
