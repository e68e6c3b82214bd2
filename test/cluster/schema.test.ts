import { readFile } from 'node:fs/promises';
import { jsonSchema } from '../../src/cluster';

test('the published JSON Schema is the one that loads the file', async () => {
  expect(JSON.parse(await readFile('docs/buka.schema.json', 'utf8'))).toEqual(jsonSchema());
});

test('the example points its editor at the published schema', async () => {
  const example = await readFile('examples/pos/buka.yml', 'utf8');
  expect(example).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/docs\/buka\.schema\.json\n/);
});
