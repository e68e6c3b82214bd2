import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { takeDownWhenInterrupted } from '../demo/interrupt';
import { out } from '../demo/shop';
import { down, type Lab } from '../lab';
import { bytes, formatBytes, formatDuration, milliseconds, minutes } from '../src/units';
import { bringUp, memoryNeeded, root, sql } from './backup-lab';
import { aims, type Phase, table, verdict } from './backup-result';
import { corrections, day, salesSql, shopSql } from './backup-shop';
import { Tools } from './backup-tools';

interface Options {
  readonly megabytes: number;
}

const labName = 'bench-backup';
const say = (line: string) => console.log(line);

async function main({ megabytes }: Options): Promise<void> {
  const interrupted = takeDownWhenInterrupted(labName);
  const limit = minutes(40 + megabytes / 50);
  const timer = setTimeout(() => {
    console.error(`It is not done after ${formatDuration(limit)}.`);
    process.kill(process.pid, 'SIGTERM');
  }, limit);
  try {
    await refuseTooMuch(megabytes);
    say('Making the machines …');
    const lab = await bringUp(labName, megabytes, (line) => say(`    ${line}`));
    try {
      process.exitCode = (await measureAll(lab, megabytes)) ? 0 : 1;
    } finally {
      if (!interrupted()) await down(labName);
    }
  } catch (error) {
    if (interrupted()) return; // what fails when the machines are taken away is no news
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    clearTimeout(timer);
  }
}

/** The machines' disks are in memory: what doesn't fit would have this machine's kernel end programs. */
async function refuseTooMuch(megabytes: number): Promise<void> {
  const available = Number(/^MemAvailable: +(\d+)/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1]) * 1024;
  const needed = memoryNeeded(megabytes);
  if (available >= needed) return;
  throw new Error(
    `For a database of ${megabytes} MB ${formatBytes(needed)} of memory may be needed, with all disks in it; here are ` +
      `${formatBytes(bytes(available))}. Nothing was done. Use a smaller --megabytes.`,
  );
}

async function measureAll(lab: Lab, megabytes: number): Promise<boolean> {
  say(`Filling the shop's database up to ${megabytes} MB …`);
  const sales = await fill(lab, megabytes);
  const tools = await Tools.ready(lab);
  const database = { bytes: await databaseBytes(lab), sales, versions: await tools.versions() };
  say(`    ${formatBytes(bytes(database.bytes))}, ${sales} sales`);

  const phases: Phase[] = [];
  const measured = async (name: Phase['name'], change?: { sql: string; changed: string[] }) => {
    say(`${name} …`);
    const before = await tools.archived();
    if (change) await sql(lab, change.sql);
    await tools.settle();
    const told = change && {
      changed: await tools.compressed(change.changed),
      archived: (await tools.archived()) - before,
    };
    const measures = await tools.all(change ? 'incremental' : 'full', ({ tool, cost }) =>
      say(`    ${tool}: ${cost.seconds.toFixed(1)} s`),
    );
    phases.push({ name, ...told, measures });
  };
  const today = day(sales);
  await measured('first backup');
  await measured("after a day's sales", today);
  await measured('after scattered updates', corrections(sales + today.sales));

  const results = aims(phases);
  await mkdir(out, { recursive: true });
  const report = { options: { megabytes }, database, phases, aims: results };
  await writeFile(join(out, 'bench-backup.json'), `${JSON.stringify(report, null, 2)}\n`);
  for (const line of [...table(phases), '', ...results.map(verdict)]) say(line);
  return results.every(({ met }) => met);
}

/** Sells until the database is as large as it should be. @returns how many sales that took */
async function fill(lab: Lab, megabytes: number): Promise<number> {
  const began = Date.now();
  // Archiving needs a restart to be turned on, which the measured part has none of. Vacuuming comes when it is told to.
  for (const setting of ["archive_mode = 'on'", "archive_command = '/bin/true'", 'autovacuum = off'])
    await sql(lab, `ALTER SYSTEM SET ${setting}`, 'postgres');
  await root(lab, 'db1', 'systemctl restart "postgresql@*-main.service"');
  await sql(lab, await shopSql());
  const step = megabytes * 100; // about a twentieth
  let sales = 0;
  while ((await databaseBytes(lab)) < megabytes * 1e6) {
    await sql(lab, salesSql(sales + 1, sales + step));
    sales += step;
  }
  say(`    in ${formatDuration(milliseconds(Date.now() - began))}`);
  return sales;
}

const databaseBytes = async (lab: Lab) => Number(await sql(lab, "SELECT pg_database_size('pos')"));

function size(text: string): number {
  const value = Number(text);
  if (!(value >= 100 && value <= 20_000)) throw new InvalidArgumentError('Use a number from 100 to 20000.');
  return Math.round(value);
}

void new Command('npx tsx bench/backup.ts')
  .description(
    "Buka's backup with its proof beside pg_dump, restic and pgBackRest: seconds, processors and bytes, for the first " +
      "backup, after a day's sales, and after scattered updates. Ends with status 1 if an aim was not met.",
  )
  .option(
    '--megabytes <size>',
    'of the database, its indexes included; about four times as much memory may be used',
    size,
    500,
  )
  .action(main)
  .parseAsync();
