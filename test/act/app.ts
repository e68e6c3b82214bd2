import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../demo/shop';
import type { RewrittenFile } from './product';
import { type Change, forAct, tellingOutputs, withoutProvenance } from './rewrite';

/** What the next commit of the app is. */
export interface Edition {
  readonly release: 1 | 2;
  /** A way to be broken that is baked in; see examples/pos/src/faults.ts. */
  readonly fault?: string;
  /** Whether the build has the app's own tests run, which takes a minute. */
  readonly tested?: boolean;
}

export const titleOf = ({ release, fault }: Edition): string => `Release ${release}${fault ? `, ${fault}` : ''}`;

const run = promisify(execFile);

/** A repository of its own with the POS and the workflows of `workflows/`, copied as their first lines tell it. */
export class AppRepository {
  private constructor(
    readonly folder: string,
    /** The callers, with what act reads otherwise. */
    readonly files: readonly RewrittenFile[],
  ) {}

  /** @param folder An empty one. */
  static async make(folder: string): Promise<AppRepository> {
    const source = join(repository, 'examples/pos');
    const made = [join(source, 'node_modules'), join(source, 'dist')];
    await cp(source, folder, { recursive: true, filter: (path) => !made.includes(path) });
    const app = new AppRepository(folder, await copyCallers(join(folder, '.github/workflows')));
    await app.git('init', '--quiet', '--initial-branch=main');
    await app.git('remote', 'add', 'origin', 'https://github.com/shop/pos.git');
    return app;
  }

  /** @returns the new commit */
  async commit(edition: Edition): Promise<string> {
    const { release, fault, tested = false } = edition;
    const build = [`POS_RELEASE=${release}`, ...(fault ? [`POS_FAULT=${fault}`] : []), 'tsx build.ts'].join(' ');
    await this.edit('package.json', (text) => text.replace(/^ {4}"build": ".*"/m, `    "build": "${build}"`));
    if (!tested) await this.edit('buka.yml', (text) => text.replace(/^ *test: .*\n/m, ''));
    await this.git('add', '--all');
    await this.git(
      '-c',
      'user.name=Cashier',
      '-c',
      'user.email=cashier@shop.example',
      'commit',
      '--quiet',
      '-m',
      titleOf(edition),
    );
    return (await this.git('rev-parse', 'HEAD')).trim();
  }

  private async edit(name: string, change: (text: string) => string): Promise<void> {
    const path = join(this.folder, name);
    await writeFile(path, change(await readFile(path, 'utf8')));
  }

  private async git(...words: string[]): Promise<string> {
    return (await run('git', words, { cwd: this.folder })).stdout;
  }
}

async function copyCallers(to: string): Promise<RewrittenFile[]> {
  await mkdir(to, { recursive: true });
  const files: RewrittenFile[] = [];
  for (const name of await readdir(join(repository, 'workflows'))) {
    let text = await readFile(join(repository, 'workflows', name), 'utf8');
    const changes: Change[] = [];
    for (const step of name === 'deploy.yml' ? [forAct, withoutProvenance, tellingOutputs] : [forAct, tellingOutputs]) {
      const rewritten = step(text);
      text = rewritten.text;
      changes.push(...rewritten.changes);
    }
    await writeFile(join(to, name), text);
    files.push({ path: `workflows/${name}`, changes });
  }
  return files;
}
