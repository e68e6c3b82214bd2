import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../demo/temporary';
import { pack } from '../../src/release';

/** A release of the POS that differs from the one before it by a word, or by a migration. */
export interface TestRelease {
  readonly id: string;
  readonly archive: string;
  /** What `/etc/pos/faults` on a worker calls it. */
  readonly note: string;
  /** Of all its files, as `treeHash` makes it on a worker. */
  readonly hash: string;
}

export interface ReleaseOptions {
  /** Carries one more migration: `slow` takes 2 s and changes nothing, `failing` fails and leaves nothing. */
  readonly migration?: 'slow' | 'failing' | undefined;
}

/**
 * Goes before the program. A line `<note or any> <how>` in `/etc/pos/faults` breaks this release on that machine alone;
 * `how` is `exit`, or a fault of examples/pos/src/faults.ts.
 */
const breakable = (note: string) =>
  `try { for (const line of require('node:fs').readFileSync('/etc/pos/faults', 'utf8').split('\\n')) {
  const [who, how] = line.split(' ');
  if (who !== '${note}' && who !== 'any') continue;
  if (how === 'exit') process.exit(3);
  process.env.POS_FAULT = how;
} } catch {}
`;

/** Prints one hash for a tree; the same text runs here and, as root, on a worker. */
export const treeHash = 'find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d " " -f 1';

/** Packs one release after another for one lab. */
export class Releases {
  readonly byId = new Map<string, TestRelease>();
  private readonly migrations: string[] = [];
  private count = 0;

  private constructor(
    private readonly built: string,
    private readonly folder: string,
    private readonly lab: string,
  ) {}

  /** @param built A folder with the built app in `dist`. */
  static async of(built: string, lab: string): Promise<Releases> {
    return new Releases(built, await temporaryFolder(`buka-${lab}-`), lab);
  }

  async next({ migration }: ReleaseOptions = {}): Promise<TestRelease> {
    this.count += 1;
    const note = `${this.lab}-${this.count}`;
    const tree = join(this.folder, note);
    const dist = join(tree, 'dist');
    await mkdir(tree);
    await cp(join(this.built, 'dist'), dist, { recursive: true });
    const server = await readFile(join(this.built, 'dist/server.js'), 'utf8');
    await writeFile(join(dist, 'server.js'), breakable(note) + server);
    // Long enough for a fault to come before the app listens.
    await writeFile(join(dist, 'fault.json'), '{"fault":"slow-start=700ms"}\n');
    // A database that has a migration wants to find it in every later release.
    const name = `${String(100 + this.count).padStart(4, '0')}_${note}.sql`;
    if (migration === 'slow') this.migrations.push(name);
    for (const each of this.migrations) await writeFile(join(dist, 'migrations', each), 'SELECT pg_sleep(2);\n');
    if (migration === 'failing') await writeFile(join(dist, 'migrations', name), 'SELECT 1 / 0;\n');
    const { id, archive } = await pack(
      { folder: tree, include: ['dist'], service: 'pos', migrations: 'dist/migrations' },
      join(this.folder, `${note}.tar.zst`),
    );
    const hash = execFileSync('sh', ['-c', treeHash], { cwd: tree, encoding: 'utf8' }).trim();
    const release = { id, archive, note, hash };
    this.byId.set(id, release);
    return release;
  }
}
