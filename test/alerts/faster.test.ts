import { parse } from 'yaml';
import { fasterRules } from '../lab/told';
import { cluster } from './healthy';
import { rulesOf } from './prometheus';

test('the rules of the lab are those of a cluster, with a thirtieth of their time and nothing else changed', () => {
  const rules = rulesOf(cluster());
  const faster = fasterRules(rules);
  expect(faster).toContain('[120000ms]');
  expect(faster).toContain('for: 2000ms');
  expect(faster).toContain('[2880000ms:2000ms]');
  expect(faster).toContain('offset 2880000ms');
  expect(faster).toMatch(/time\(\) - buka_backup_wal_safe_timestamp_seconds\S* > 20$/m);
  // The times are gone from both: what is left is the same, texts and labels too.
  const timeless = (text: string) =>
    JSON.stringify(parse(text)).replace(/\[\w+(:\w+)?\]|offset \w+|"for":"\w+"|(?<=time\(\) - [^>]*)> [\d.]+/g, '');
  expect(timeless(faster)).toBe(timeless(rules));
});
