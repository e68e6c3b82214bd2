import { BukaError } from '../errors';
import { type Bytes, bytes } from '../units';
import type { Manifest, ReleaseId } from './release';

/** What a worker answers to the first half of staging. */
export interface Prepared {
  readonly free: Bytes;
  /** Where the rest is to go, in `releases/`; undefined when the release is there and whole. */
  readonly folder: string | undefined;
  /** Paths of entries that the worker lacks. */
  readonly needed: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/** @throws BukaError `release-damaged` when the active release is, `release-script-failed` for no answer at all */
export function parsePrepared(stdout: string, id: ReleaseId, manifest: Manifest): Prepared {
  const answer = readAnswer(stdout, manifest);
  const damaged = answer.paths('damaged');
  if (answer.has('active')) throw damagedActive(id, differences(damaged, answer.surplus));
  const warnings = [
    ...(answer.has('replaced')
      ? [`release ${id} was damaged, and is replaced: ${differences(damaged, answer.surplus)}`]
      : []),
    ...(answer.has('staged') && answer.surplus > 0
      ? [`release ${id} is active, and ${answer.surplus} paths in it are not of the release`]
      : []),
    ...answer
      .paths('altered')
      .map((path) => `${JSON.stringify(path)} of an earlier release is not what it was; a fresh one is sent`),
  ];
  const folder = answer.value('folder');
  if (!answer.has('staged') && (folder === undefined || !/^\.incoming-[0-9a-z-]+\.[0-9A-Za-z]+$/.test(folder)))
    throw new BukaError({ code: 'release-script-failed', message: `preparing ${id} failed`, seen: stdout.slice(-500) });
  return {
    free: bytes(Number(answer.value('free'))),
    folder: answer.has('staged') ? undefined : folder,
    needed: new Set(answer.paths('needed')),
    warnings,
  };
}

/** @throws BukaError `stage-mismatch` */
export function parseReceived(stdout: string, id: ReleaseId, manifest: Manifest): void {
  const answer = readAnswer(stdout, manifest);
  const wrong = answer.paths('wrong');
  if (wrong.length === 0 && answer.surplus === 0) return;
  throw new BukaError({
    code: 'stage-mismatch',
    message: `what arrived is not release ${id}`,
    seen: differences(wrong, answer.surplus),
    left: 'What had arrived was removed; no release was changed.',
    hint: 'Run it again; if it comes again, suspect the disk (`dmesg`) or a default ACL on the folder (`getfacl`).',
  });
}

function damagedActive(id: ReleaseId, seen: string): BukaError {
  return new BukaError({
    code: 'release-damaged',
    message: `release ${id} is active here, and its files are not what was deployed`,
    seen,
    left: 'Nothing was changed; the worker goes on with it.',
    hint: 'Deploy a release with another id (a new commit) or roll back; the damaged one is replaced once it is not active.',
  });
}

function differences(paths: readonly string[], surplus: number): string {
  const shown = paths.slice(0, 5).map((path) => JSON.stringify(path));
  const more = paths.length > shown.length ? ` and ${paths.length - shown.length} more` : '';
  return (
    [
      ...(paths.length > 0 ? [`differs in ${shown.join(', ')}${more}`] : []),
      ...(surplus > 0 ? [`${surplus} paths too many`] : []),
    ].join('; ') || 'its manifest differs'
  );
}

/** Lines of a word and at most one value; entries come as their numbers in the manifest, never as names. */
function readAnswer(stdout: string, manifest: Manifest) {
  const lines = stdout.split('\n').map((line) => line.split(' '));
  const values = (word: string) => lines.filter(([first]) => first === word).map(([, value = '']) => value);
  return {
    has: (word: string) => values(word).length > 0,
    value: (word: string) => values(word)[0],
    surplus: Number(values('surplus')[0] ?? 0),
    paths: (word: string) => values(word).flatMap((number) => manifest.entries[Number(number)]?.path ?? []),
  };
}
