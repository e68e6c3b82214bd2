import { printable } from '../printable';
import type { BackupTaken, ClusterStatus, ReleaseList, RolloutReport, WorkerState } from '../rollout';
import { between, formatBytes, formatDuration } from '../units';

/** Columns as wide as their widest cell; the last one is left as it is. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows
    .map((row) => row.map((cell, at) => (at < row.length - 1 ? cell.padEnd(widths[at] ?? 0) : cell)).join('  '))
    .map((line) => printable(line).trimEnd())
    .join('\n');
}

export function workersText(workers: readonly WorkerState[]): string {
  const balancers = [...new Set(workers.flatMap(({ rotation }) => [...rotation.keys()]))];
  return columns([
    ['worker', 'release', 'process', 'health', ...balancers],
    ...workers.map((worker) => [
      worker.worker,
      worker.active ?? '-',
      worker.running ?? '-',
      worker.healthy === undefined ? 'unknown' : worker.healthy ? 'healthy' : 'UNHEALTHY',
      ...balancers.map((name) => worker.rotation.get(name) ?? 'unknown'),
    ]),
  ]);
}

const outcomes = {
  success: 'Done',
  'nothing-to-do': 'Nothing to do',
  planned: 'Planned, nothing was changed',
  failed: 'FAILED',
};

const afterFailures = {
  reverted: 'The workers that had been switched run their old release again.',
  'revert-failed': 'NOT ALL of the workers that had been switched could be put back on their old release.',
  halted: 'Workers that had been switched stay as they are.',
  frozen: 'FROZEN: workers that had been switched stay on the new release, the others on the old one.',
};

export function reportText(report: RolloutReport): string {
  const { outcome, kind, from, to, timeline, startedAt, afterFailure, missed, watched } = report;
  const after = (at: Date | undefined) => (at ? `+${formatDuration(between(startedAt, at))}` : '-');
  const went = [kind, from && from !== to && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' ');
  const parts = [
    `${outcomes[outcome]}: ${went}`,
    timeline.length > 0 &&
      columns([
        ['worker', 'batch', 'drained', 'switched', 'healthy', 'readmitted'],
        ...timeline.map((line) => [
          line.worker,
          String(line.batch),
          ...[line.drained, line.switched, line.healthy, line.readmitted].map(after),
        ]),
      ]),
    report.workers.length > 0 && workersText(report.workers),
    watched
      .filter(({ quiet }) => !quiet)
      .map(({ batch, verdict, seen }) => `watch of batch ${batch}: ${verdict}, ${seen}`)
      .join('\n'),
    report.backup && backupLine(report.backup),
    report.withoutBackup &&
      `WITHOUT A BACKUP from before, as ${report.withoutBackup.by} wanted it: ${printable(report.withoutBackup.reason)}`,
    report.despiteObjectives &&
      `WHATEVER THE OBJECTIVES SAY, as ${report.despiteObjectives.by} wanted it: ${printable(report.despiteObjectives.reason)}`,
    afterFailure && afterFailures[afterFailure],
    missed.length > 0 &&
      `Left out, since it can't be reached: ${missed.join(', ')}. Run the same again when it is back.`,
    report.cut > 0 && `${report.cut} requests were cut when a drain's deadline passed.`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

const backupLine = (backup: BackupTaken) =>
  printable(
    `Backup ${backup.id} of ${backup.recoveryPoint.toISOString()}: ${formatBytes(backup.bytes)}, ${formatBytes(backup.bytesAdded)} new; ${proofOf(backup)}.`,
  );

function proofOf({ took, newestProven }: BackupTaken): string {
  if (took.restore !== null) return `proven, restored in ${formatDuration(took.restore)}`;
  const other = newestProven && `; the newest proven one is ${newestProven.id} of ${newestProven.of.toISOString()}`;
  return `stored, NOT PROVEN${other ?? ''}`;
}

export function statusText({ workers, loadBalancers, locks, leases }: ClusterStatus): string {
  const parts = [
    workersText(workers),
    ...loadBalancers
      .filter(({ processes }) => processes > 1)
      .map(({ name, processes }) => `${name}: ${processes} processes; an old one still finishes after a reload`),
    ...loadBalancers.flatMap((one) => addressLine(one) ?? []),
    ...leases.map(
      ({ worker, loadBalancer, left, alive }) =>
        `${worker}: drained by Buka on ${loadBalancer}; ${alive ? `has its traffic back in ${formatDuration(left)} if it is fit and no run goes on` : 'its timer is gone: buka repair'}`,
    ),
    ...locks.map(
      ({ worker, owner, expired }) =>
        `${worker}: locked by ${printable(owner.by)}${owner.url ? ` (${printable(owner.url)})` : ''}${expired ? ', expired' : ''}`,
    ),
  ];
  return parts.join('\n');
}

/** Which one customers come through, and which is out of service. */
function addressLine({ name, hasAddress, drained }: ClusterStatus['loadBalancers'][number]): string | undefined {
  if (hasAddress) return `${name}: has the address${drained ? ', and is to let it go' : ''}`;
  return drained ? `${name}: drained; takes the address after buka load-balancer readmit ${name}` : undefined;
}

export function releasesText({ releases, history, rollbackTo }: ReleaseList): string {
  const list = columns([
    ['release', 'staged', 'active on', 'good on', 'on', ''],
    ...releases.map((release) => [
      release.id,
      release.stagedAt.toISOString(),
      release.activeOn.join(',') || '-',
      release.goodOn.join(',') || '-',
      release.everywhere ? 'every worker' : release.workers.join(','),
      [
        release.id === rollbackTo && release.crossed.length === 0 && '<- rollback',
        release.crossed.length > 0 &&
          `no way back: before ${release.crossed.map(({ migration }) => migration).join(', ')}`,
        release.contractMigrations.length > 0 && `contract: ${release.contractMigrations.join(', ')}`,
      ]
        .filter(Boolean)
        .join('; '),
    ]),
  ]);
  const past = columns([
    ['when', 'what', 'release', 'by', 'reason'],
    ...history.map(({ at, event, release, by, from, reason, contract, backup }) => [
      at.toISOString(),
      event,
      release,
      by,
      [
        reason,
        event === 'reverted' && from && `from ${from}`,
        contract && `contract: ${contract.join(', ')}`,
        backup && `backup ${backup}`,
      ]
        .filter(Boolean)
        .join('; '),
    ]),
  ]);
  return history.length > 0 ? `${list}\n\n${past}` : list;
}
