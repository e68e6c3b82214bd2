import type { Pool } from 'pg';

export interface DayReport {
  /** `YYYY-MM-DD`, in the database's time zone. */
  readonly date: string;
  readonly sales: number;
  readonly total: number;
}

/**
 * What was sold on a day (today where `date` is undefined). The database takes `seconds` longer over it, as it would
 * with years of sales: the slow request that a drain has to wait for.
 */
export async function dayReport(pool: Pool, date: string | undefined, seconds: number): Promise<DayReport> {
  const { rows } = await pool.query<DayReport>({
    name: 'day-report',
    text: `
      SELECT to_char(day, 'YYYY-MM-DD') AS date, sales, total
      FROM (SELECT coalesce($1::date, current_date) AS day) AS asked,
           LATERAL (
             SELECT count(*) AS sales, coalesce(sum(total), 0)::bigint AS total
             FROM sales WHERE sold_at >= day AND sold_at < day + 1
           ) AS sold,
           pg_sleep($2) AS wait`,
    values: [date ?? null, seconds],
  });
  return rows[0] as DayReport;
}
