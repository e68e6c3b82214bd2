// Makes dist/: one bundle with a part for each `import()`, and a small file for each action, for their
// post step and for the terminal.
// The same sources give the same bytes, wherever they are. `node scripts/build.mjs [folder]`
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ncc from '@vercel/ncc';
import { transform } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = resolve(process.argv[2] ?? join(root, 'dist'));
const entries = [
  ...['build', 'backup', 'deploy', 'rollback', 'restore', 'provision', 'slo', 'alerts', 'drill'],
  ...['pipeline', 'post'],
];

// ncc reads tsconfig.json from the working directory.
process.chdir(root);
const { code, assets } = await ncc(join(root, 'src/bundle/index.ts'), {
  // Types are checked by `npm run types`.
  transpileOnly: true,
  target: 'es2024',
  cache: false,
  quiet: true,
  license: 'licenses.txt',
}).catch((error) => {
  // Uncaught, Node would print the line it came from: ncc's own bundle, three megabytes of it.
  console.error(error.message);
  process.exit(1);
});

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, 'bundle'), { recursive: true });
await write('bundle/index.js', await minified(code));
for (const [name, { source }] of Object.entries(assets)) {
  // ssh2's optional native parts are for one machine and one Node; it has its own code for when they are missing.
  if (/\.(?:node|exe)$/.test(name)) continue;
  await write(`bundle/${name}`, name.endsWith('.js') ? await minified(source) : source);
}
for (const name of entries) await write(`${name}.js`, `require('./bundle').start('${name}');\n`);
await write('cli.js', cli());

/** ncc's own minifier leaves out the parts behind an `import()`, which here is nearly all. */
async function minified(source) {
  const options = { minify: true, target: 'node24', platform: 'node', legalComments: 'none' };
  return (await transform(String(source), options)).code;
}

async function write(name, content) {
  const path = join(dist, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode: name === 'cli.js' ? 0o755 : 0o644 });
}

/** A person's terminal may have an older Node; the runner never does. */
function cli() {
  return `#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('error: buka needs Node 24 or newer; this is ' + process.version);
  console.error('  next: https://nodejs.org; on Linux this brings its own: npx --allow-git=root --yes github:simplifypos/buka#v1');
  process.exit(2);
}
require('./bundle').start('cli');
`;
}
