import type { Seen } from './questions';

/** What is read of a package.json. */
export interface PackageFile {
  readonly name?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** How each package manager installs what its lock file says, and takes out what only the build needed. */
const managers = [
  { lock: 'pnpm-lock.yaml', install: 'pnpm install --frozen-lockfile', run: 'pnpm run', prune: 'pnpm prune --prod' },
  { lock: 'yarn.lock', install: 'yarn install --frozen-lockfile', run: 'yarn run', prune: undefined },
  { lock: 'package-lock.json', install: 'npm ci', run: 'npm run', prune: 'npm prune --omit=dev' },
] as const;

const npm = { install: 'npm install', run: 'npm run', prune: 'npm prune --omit=dev' } as const;

type Has = (path: string) => boolean;

/** What builds the app and what tests it. */
export function buildOf(file: PackageFile, has: Has): Pick<Seen, 'build' | 'test' | 'migrate'> {
  const { scripts = {} } = file;
  const manager = managers.find(({ lock }) => has(lock)) ?? npm;
  const from = 'package.json';
  // npm writes a script that fails where there is none.
  const tests = scripts.test !== undefined && !scripts.test.includes('no test specified');
  const test = manager === npm || manager.run === 'npm run' ? 'npm test' : `${manager.run} test`;
  const installs = [file.dependencies, file.devDependencies].some((all) => Object.keys(all ?? {}).length > 0);
  const build = [installs && manager.install, scripts.build && `${manager.run} build`].filter(Boolean).join(' && ');
  // What only building and testing need is left out of the release, once nothing needs it any more.
  const prune = needsModules(file) ? manager.prune : undefined;
  return {
    ...(build !== '' && { build: { value: [build, !tests && prune].filter(Boolean).join(' && '), from } }),
    ...(tests && { test: { value: [test, prune].filter(Boolean).join(' && '), from } }),
  };
}

const needsModules = ({ dependencies = {} }: PackageFile) => Object.keys(dependencies).length > 0;

/** What a release is made of; undefined where it can't be told what the build makes. */
export function includeOf(
  file: PackageFile,
  tsconfig: string,
  has: Has,
  migrations: string | undefined,
): Pick<Seen, 'include'> {
  const [, outDir] = /"outDir"\s*:\s*"(?:\.\/)?([A-Za-z0-9_.-][A-Za-z0-9_./-]*?)\/?"/.exec(tsconfig) ?? [];
  const builds = file.scripts?.build !== undefined;
  const code = builds ? (outDir ?? ['dist', 'build', 'out'].find(has)) : ['src', 'lib', 'server.js'].find(has);
  if (code === undefined) return {};
  const all = [code, 'package.json', migrations, needsModules(file) && 'node_modules'].filter(Boolean);
  const from = outDir && builds ? 'outDir in tsconfig.json' : `the ${code.includes('.') ? 'file' : 'folder'} ${code}`;
  return { include: { value: all.join(','), from } };
}
