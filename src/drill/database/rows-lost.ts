import type { Rows } from './lose';

/** One table: what it had, what came back, and what it has now that the app writes again. Undefined: no such table. */
export interface TableLost {
  readonly table: string;
  readonly atLoss?: number | undefined;
  readonly inBackup?: number | undefined;
  readonly now?: number | undefined;
  /** Rows at the loss that the backup doesn't have; a changed row is still a row, so this doesn't count it. */
  readonly lost: number;
}

export function rowsLost({ atLoss, inBackup, now }: { atLoss: Rows; inBackup: Rows; now: Rows }): TableLost[] {
  const names = [...new Set([atLoss, inBackup, now].flatMap((rows) => Object.keys(rows)))].sort();
  return names.map((table) => ({
    table,
    atLoss: atLoss[table],
    inBackup: inBackup[table],
    now: now[table],
    lost: Math.max(0, (atLoss[table] ?? 0) - (inBackup[table] ?? 0)),
  }));
}
