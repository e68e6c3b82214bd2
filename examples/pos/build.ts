import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import { parseFault } from './src/faults';

export interface BuildSettings {
  /** Which of the two releases to build. */
  readonly release: 1 | 2;
  /** A way to be broken, baked into the release. See src/faults.ts. */
  readonly fault?: string | undefined;
  /** Emptied first. */
  readonly folder: string;
}

/** Makes a folder that holds all that a worker needs besides Node: programs, page, migrations. Same input, same bytes. */
export async function build({ release, fault, folder }: BuildSettings): Promise<void> {
  if (fault) parseFault(fault);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'migrations'), { recursive: true });
  await Promise.all([
    bundle({
      entryPoints: ['server', 'migrate'].map((name) => join(__dirname, 'src', `${name}.ts`)),
      outdir: folder,
      bundle: true,
      platform: 'node',
      target: 'node20',
      // Not installed: pg asks for it only where a program wants its native twin.
      external: ['pg-native'],
      define: { POS_RELEASE: String(release) },
      logLevel: 'warning',
    }),
    bundle({
      entryPoints: [join(__dirname, 'client', 'cashier.ts'), join(__dirname, 'client', 'pos.css')],
      outdir: join(folder, 'page'),
      bundle: true,
      minify: true,
      platform: 'browser',
      target: 'es2022',
      logLevel: 'warning',
    }),
  ]);
  // Release 1 was made before the later migrations were written.
  const migrations = readdirSync(join(__dirname, 'migrations')).filter((name) => Number.parseInt(name, 10) <= release);
  for (const name of migrations) {
    copyFileSync(join(__dirname, 'migrations', name), join(folder, 'migrations', name));
  }
  if (fault) writeFileSync(join(folder, 'fault.json'), `${JSON.stringify({ fault })}\n`);
}

if (require.main === module) {
  const release = Number(process.env.POS_RELEASE || '2');
  if (release !== 1 && release !== 2) throw new Error(`POS_RELEASE=${process.env.POS_RELEASE}: use 1 or 2`);
  build({ release, fault: process.env.POS_FAULT, folder: join(__dirname, 'dist') });
}
