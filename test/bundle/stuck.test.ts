import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

test('a run that waits for what never comes does not end as if it had gone well', () => {
  const stuck = join(import.meta.dirname, '../../src/bundle/stuck.ts');
  const text = `import { failWhenStuck } from ${JSON.stringify(stuck)}; failWhenStuck(); void new Promise(() => {}).then();`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', text];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('stopped in the middle');
});
