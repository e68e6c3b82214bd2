import type { Script } from '../remote';
import { seconds } from '../units';
import { enterRoot, hostFailure, notStaged } from './host-failure';
import { isReleaseId } from './id';
import type { HistoryEntry, ReleaseId } from './release';

/** Keeps a line small enough for one write, which no other run's line can then land in. */
const longest = 1000;

/** Appends a line to a worker's history. */
export function recordHistory(root: string, entry: HistoryEntry): Script<void> {
  return {
    name: `record ${entry.event} ${entry.release}`,
    // A run that died while it wrote leaves a line without an end; the next one must not be glued to it.
    text: `${enterRoot}gap=
if [ -s history ] && [ "$(tail -c 1 history | wc -l)" -eq 0 ]; then gap='
'; fi
printf '%s%s\\n' "$gap" "$line" >> history
`,
    values: { root, line: historyLine(entry) },
    deadline: seconds(30),
    parse(output) {
      if (output.status !== 0) throw hostFailure(output, 'writing the history', { root });
    },
  };
}

/** Marks a release as one whose rollout was settled, and so as one to go back to. */
export function markGood(root: string, id: ReleaseId): Script<void> {
  return {
    name: `mark ${id} good`,
    text: `${enterRoot}[ -d "releases/$id/tree" ] || exit ${notStaged}
: > "releases/$id/good"
`,
    values: { root, id },
    deadline: seconds(30),
    parse(output) {
      if (output.status !== 0) throw hostFailure(output, `marking ${id} good`, { root, id });
    },
  };
}

export function historyLine(entry: HistoryEntry): string {
  const { at, event, release, from, by, reason, contract, backup, recoveryPoint } = entry;
  return JSON.stringify({
    at: at.toISOString(),
    event,
    release,
    from,
    by: by.slice(0, longest),
    reason: reason?.slice(0, longest),
    // Observing finds such lines by how this key, and `event`, look; see observe.ts.
    contract: contract?.length ? contract : undefined,
    backup,
    recoveryPoint: recoveryPoint?.toISOString(),
  });
}

/** The entries that tell of one run of a migration program: one, or more where there are many names. */
export function migratedEntries(entry: Omit<HistoryEntry, 'event' | 'contract'>, contract: readonly string[]) {
  const parts: string[][] = [[]];
  let length = 0;
  for (const name of contract) {
    length += name.length;
    if (length > longest) {
      parts.push([]);
      length = name.length;
    }
    parts.at(-1)?.push(name);
  }
  return parts.map((part): HistoryEntry => ({ ...entry, event: 'migrated', contract: part }));
}

const events: readonly string[] = [
  'migrated',
  'activated',
  'good',
  'reverted',
  'restored',
] satisfies HistoryEntry['event'][];

/** The entry of a line, or undefined for a torn one, and for a restore that doesn't say to which instant. */
export function readHistoryLine(line: string): HistoryEntry | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const text = (key: string) => (typeof value?.[key] === 'string' ? (value[key] as string) : undefined);
  const instant = (key: string) => new Date(text(key) ?? Number.NaN);
  const at = instant('at');
  const event = text('event') ?? '';
  const release = text('release') ?? '';
  const from = text('from');
  const reason = text('reason');
  const contract = Array.isArray(value?.contract) ? value.contract.filter((name) => typeof name === 'string') : [];
  const backup = text('backup');
  const recoveryPoint = instant('recoveryPoint');
  if (Number.isNaN(at.getTime()) || !events.includes(event) || !isReleaseId(release)) return undefined;
  if (event === 'restored' && (backup === undefined || Number.isNaN(recoveryPoint.getTime()))) return undefined;
  return {
    at,
    event: event as HistoryEntry['event'],
    release,
    ...(from !== undefined && isReleaseId(from) && { from }),
    by: text('by') ?? '',
    ...(reason !== undefined && { reason }),
    ...(contract.length > 0 && { contract }),
    ...(backup !== undefined && { backup }),
    ...(event === 'restored' && { recoveryPoint }),
  };
}
