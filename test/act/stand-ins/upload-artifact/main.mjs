// A stand-in for actions/upload-artifact. ACT_ARTIFACTS is the folder of one run's artifacts.
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
const files = input('path')
  .split('\n')
  .map((line) => line.trim())
  .filter((path) => path !== '' && existsSync(path));
if (files.length === 0 && input('if-no-files-found') === 'error') throw new Error(`There is no ${input('path')}`);
const folder = join(process.env.ACT_ARTIFACTS, input('name'));
if (existsSync(folder) && input('overwrite') !== 'true')
  throw new Error(`There is an artifact ${input('name')} already`);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const file of files) copyFileSync(file, join(folder, basename(file)));
console.log(`${files.length} files are the artifact ${input('name')}`);
