import { pipeline, Readable, Transform } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import { BukaError } from '../errors';
import type { Remote, Script } from '../remote';
import type { Reporter } from '../reporter';
import { type Bytes, bytes, formatBytes, milliseconds, minutes, seconds } from '../units';
import type { Archive } from './archive';
import { hostFailure } from './host-failure';
import { manifestSha256, manifestText } from './manifest';
import type { Manifest, ManifestEntry, ReleaseId } from './release';
import { type Prepared, parsePrepared, parseReceived } from './stage-answer';
import { discardText, prepareText, receiveText } from './stage-text';

export interface Staged {
  /** What went over the network, compressed. */
  readonly sent: Bytes;
  /** Files that were sent. */
  readonly files: number;
  /** Files that the worker had already. */
  readonly reused: number;
}

/** What stays free besides the release itself: for logs, and for the app that runs there. */
const margin = 64 * 1024 * 1024;

/** Slower than this, and the upload is given up. */
const slowestBytesPerSecond = 50_000;

/**
 * Brings a release onto one worker in two round trips, sending only what it lacks; the caller runs all workers at once,
 * under the lock. A release that is there already is checked and not sent again; one that is damaged is replaced.
 * @param root the service's folder on the worker, absolute
 * @throws BukaError `not-enough-disk`, `read-only-file-system`, `permission-denied`, `service-folder-missing`: nothing
 *   was changed; `release-damaged`: the active release isn't what it should be; `stage-mismatch`: what arrived isn't
 *   the release, and was removed
 */
export async function stage(remote: Remote, root: string, archive: Archive, reporter: Reporter): Promise<Staged> {
  const host = remote.host.name;
  reporter.step({ host, name: 'stage', state: 'started', detail: archive.id });
  try {
    const staged = await stageOn(remote, root, archive, (message) => reporter.warning(`${host}: ${message}`));
    const detail = `${formatBytes(staged.sent)} sent, ${staged.files} files new, ${staged.reused} reused`;
    reporter.step({ host, name: 'stage', state: 'done', detail });
    return staged;
  } catch (error) {
    reporter.step({ host, name: 'stage', state: 'failed' });
    throw error instanceof BukaError ? error.with({ host, step: 'stage' }) : error;
  }
}

async function stageOn(remote: Remote, root: string, archive: Archive, warn: (message: string) => void) {
  const { id, manifest } = archive;
  const text = manifestText(manifest);
  const list = gzipSync(text, { level: 9 });
  const values = { root, id, sha256: manifestSha256(text) };
  const prepared = await remote.run(prepare(values, manifest), { payload: Readable.from([list]) });

  const all = manifest.entries.filter(({ type }) => type === 'file').length;
  for (const message of prepared.warnings) warn(message);
  if (prepared.folder === undefined) return { sent: bytes(list.length), files: 0, reused: all };

  const needed = manifest.entries.filter(({ path }) => prepared.needed.has(path));
  const files = needed.filter(({ type }) => type === 'file');
  const needs = spaceFor(files, manifest.entries.length - all);
  if (needs > prepared.free) {
    await remote.run(discard(root, prepared.folder));
    throw notEnough(needs, prepared.free);
  }
  const counter = counting();
  const payload = pipeline(
    archive.payload(new Set(files.map(({ path }) => path))),
    createGzip({ level: 3 }), // 6 takes three times the CPU, for each worker at once, and saves 5 %.
    counter.stream,
    () => {}, // An error reaches whoever reads the last stream.
  );
  await remote.run(receive({ ...values, folder: prepared.folder }, manifest, needs), { payload });
  return { sent: bytes(list.length + counter.count()), files: files.length, reused: all - files.length };
}

interface StageValues {
  readonly [name: string]: string;
  readonly root: string;
  readonly id: ReleaseId;
  readonly sha256: string;
}

function prepare(values: StageValues, manifest: Manifest): Script<Prepared> {
  return {
    name: `compare with ${values.id}`,
    text: prepareText,
    values,
    deadline: minutes(10),
    parse(output) {
      if (output.status === 0) return parsePrepared(output.stdout, values.id, manifest);
      const failure = hostFailure(output, `preparing ${values.id}`, values);
      if (failure.code !== 'not-enough-disk') throw failure;
      const [, free = '0'] = /^free (\d+)$/m.exec(output.stdout) ?? [];
      throw notEnough(spaceFor(manifest.entries, 0), bytes(Number(free)));
    },
  };
}

function receive(values: StageValues & { folder: string }, manifest: Manifest, size: Bytes): Script<void> {
  return {
    name: `stage ${values.id}`,
    text: receiveText,
    values,
    deadline: milliseconds(minutes(10) + seconds(size / slowestBytesPerSecond)),
    parse(output) {
      if (output.status !== 0)
        throw hostFailure(output, `unpacking ${values.id}`, values).with({ left: 'What had arrived was removed.' });
      parseReceived(output.stdout, values.id, manifest);
    },
  };
}

function discard(root: string, folder: string): Script<void> {
  return {
    name: `discard ${folder}`,
    text: discardText,
    values: { root, folder },
    deadline: minutes(2),
    parse() {
      // What it couldn't remove, the next run does.
    },
  };
}

/** Room on the disk: files in blocks of 4 KiB, a block for every folder and symlink, and the margin. */
function spaceFor(entries: readonly ManifestEntry[], others: number): Bytes {
  const block = 4096;
  const sizes = entries.map((entry) => (entry.type === 'file' ? Math.ceil(entry.size / block) * block : block));
  return bytes(sizes.reduce((sum, size) => sum + size, margin) + others * block);
}

function notEnough(needs: Bytes, free: Bytes): BukaError {
  return new BukaError({
    code: 'not-enough-disk',
    message: `the release needs ${formatBytes(needs)} of disk, a margin of ${formatBytes(bytes(margin))} included, and ${formatBytes(free)} are free`,
    seen: `needed ${needs} bytes, free ${free} bytes`,
    left: 'Nothing was changed.',
    hint: 'Free some space on the host (`df -h`, `du -xh / | sort -h | tail`), or keep fewer releases: `release: keep:`.',
  });
}

function counting(): { stream: Transform; count(): number } {
  let count = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, count: () => count };
}
