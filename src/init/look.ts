import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { healthRoute } from './health-route';
import { buildOf, includeOf, type PackageFile } from './package-file';
import { type Seen, serviceNameOf } from './questions';

/** An app's repository, as far as it tells about itself. */
export interface Repository {
  readonly seen: Seen;
  /** On GitHub, `owner/name`; undefined where it is not, or not yet. */
  readonly slug?: string | undefined;
  /** The branch that is checked out. */
  readonly branch?: string | undefined;
}

/** Reads what an app's folder tells: package.json, Dockerfile, Procfile, a health route, git. Runs nothing of the app's. */
export async function look(folder: string): Promise<Repository> {
  const text = (path: string) => readFile(join(folder, path), 'utf8').catch(() => undefined);
  const [packageText, dockerfile = '', procfile = '', tsconfig = '', origin, branch, health] = await Promise.all([
    text('package.json'),
    text('Dockerfile'),
    text('Procfile'),
    text('tsconfig.json'),
    git(folder, 'config', '--get', 'remote.origin.url'),
    git(folder, 'symbolic-ref', '--short', 'HEAD'),
    healthRoute(folder),
  ]);
  const has = (path: string) => existsSync(join(folder, path));
  const file = parsed(packageText);
  const service = serviceNameOf(file?.name ?? resolve(folder));
  const migrations = ['migrations', 'db/migrations', 'db/migrate'].find(has);
  const [port, start] = [portOf(dockerfile), startOf(procfile, dockerfile, file)];
  const key = ['buka.pub', 'buka-key.pub'].map((name) => join(homedir(), '.ssh', name)).find(existsSync);
  return {
    slug: slugOf(origin),
    branch,
    seen: {
      ...(service && { service: { value: service, from: file?.name ? 'package.json' : "the folder's name" } }),
      ...(key && { 'public-key': { value: key, from: 'your ~/.ssh' } }),
      ...(port && { port: { value: port, from: 'EXPOSE in Dockerfile' } }),
      ...(health && { health: { value: health.path, from: health.file } }),
      ...(start && { start }),
      ...(file && buildOf(file, has)),
      ...(file && includeOf(file, tsconfig, has, migrations)),
      ...(migrations && { migrations: { value: migrations, from: `the folder ${migrations}` } }),
    },
  };
}

function parsed(text: string | undefined): PackageFile | undefined {
  try {
    const file: unknown = JSON.parse(text ?? '');
    return typeof file === 'object' && file !== null ? file : undefined;
  } catch {
    return undefined;
  }
}

async function git(folder: string, ...words: string[]): Promise<string | undefined> {
  // A hung prompt or a missing git is no reason not to go on.
  const options = { cwd: folder, timeout: 5000, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } };
  const { stdout } = await promisify(execFile)('git', words, options).catch(() => ({ stdout: '' }));
  return stdout.trim() || undefined;
}

/** `git@github.com:shop/pos.git`, `https://github.com/shop/pos`, also of a GitHub Enterprise server. */
export function slugOf(origin: string | undefined): string | undefined {
  const [, slug] =
    /github[^/:]*(?::\d+)?[/:]([A-Za-z0-9._-]+\/[A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(origin ?? '') ?? [];
  return slug;
}

/** The one port that a Dockerfile exposes; with two of them it says nothing. */
function portOf(dockerfile: string): string | undefined {
  const ports = [...dockerfile.matchAll(/^\s*EXPOSE\s+(.+)$/gim)].flatMap(([, words = '']) =>
    words.trim().split(/\s+/),
  );
  const [port = ''] = ports;
  return ports.length === 1 && /^\d+(?:\/tcp)?$/.test(port) ? port.replace('/tcp', '') : undefined;
}

/** Only what no shell has to read: a unit has none. */
function startOf(procfile: string, dockerfile: string, file: PackageFile | undefined): Seen['start'] {
  const [, web = ''] = /^web:\s*(.+)$/m.exec(procfile) ?? [];
  const [, words = ''] = /^\s*CMD\s+(\[.*\])\s*$/im.exec(dockerfile) ?? [];
  const candidates: [string, string][] = [
    [web, 'Procfile'],
    [execForm(words), 'CMD in Dockerfile'],
    [file?.scripts?.start ?? '', 'the script start in package.json'],
  ];
  // A script of npm would leave npm between systemd and the app, which then gets no signal.
  const found = candidates.find(
    ([text]) => /^[A-Za-z0-9_./][^$`;&|<>*?"'\\(){}=~]*$/.test(text) && !/^(?:npm|yarn|pnpm|npx)\b/.test(text),
  );
  return found && { value: found[0].trim(), from: found[1] };
}

function execForm(text: string): string {
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) ? words.join(' ') : '';
  } catch {
    return '';
  }
}
