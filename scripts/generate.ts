// Writes what is made from other files: the JSON Schema of buka.yml, the charting
// library for the report of the objectives, and the tables of inputs and outputs in the docs.
import { readFile, writeFile } from 'node:fs/promises';
import { pages } from './pages';
import { schemaText } from './schema';
import { withTables } from './tables';
import { uplotText } from './uplot';

async function generate(): Promise<void> {
  await writeFile('docs/buka.schema.json', schemaText());
  await writeFile('src/slo/page/uplot.json', await uplotText());
  for (const path of await pages()) {
    const page = await readFile(path, 'utf8');
    const fresh = await withTables(page);
    if (fresh !== page) await writeFile(path, fresh);
  }
}

generate();
