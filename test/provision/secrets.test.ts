import { readPassword } from '../../src/provision/backup-side';
import { runSql } from '../../src/provision/database-side';
import { makeSecrets } from '../../src/provision/put';
import { cluster } from './cluster';

const SECRET = 'sEcReT-0123456789';

/** Commands that are part of the shell: what they are given is in no list of processes. */
const BUILT_IN = /^(printf|echo|\[|case|exit|set)$/;

/** The commands of a script that a variable is an argument of. */
function commandsWith(text: string, variable: string): string[] {
  return text
    .split(/\n|;|\||&&|\{|\}|\bthen\b|\bdo\b|\|\||!/)
    .map((part) => part.trim())
    .filter((part) => new RegExp(`\\$${variable}\\b`).test(part))
    .map((part) => part.replace(/^(?:if|elif|while)\s+/, ''))
    .filter((part) => !/^[a-z]+=\S*$/.test(part)) // an assignment runs nothing
    .map((part) => part.split(/\s+/)[0] ?? '');
}

it('no script that handles a password has it in its text, or hands it to a program as an argument', () => {
  const pgpass = { kind: 'pgpass', path: '/p', owner: 'root', group: 'root', mode: 0o600, line: 'x:' } as const;
  for (const [script, variables] of [
    [makeSecrets([pgpass], SECRET), ['password', 'known']],
    [runSql(`ALTER ROLE x PASSWORD '${SECRET}'`), ['sql']],
    [readPassword(cluster()), ['found']],
  ] as const) {
    expect(script.text).not.toContain(SECRET);
    for (const variable of variables) {
      expect(script.text).toContain(`$${variable}`);
      for (const command of commandsWith(script.text, variable)) expect(command).toMatch(BUILT_IN);
    }
    expect(script.text).not.toMatch(/set -[a-z]*x/);
  }
});

it('this test sees a password that is an argument', () => {
  expect(commandsWith('if ! psql -v password="$password" -c x; then exit 1; fi', 'password')).toEqual(['psql']);
});

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return JSON.stringify((error as { failure?: unknown }).failure) + String(error);
  }
  throw new Error('it did not fail');
};

it('a failure tells no password, whatever the host said', () => {
  const line = '10.0.0.31:5432:*:buka_backup:';
  const { parse } = readPassword(cluster());
  expect(parse({ status: 0, stdout: `${line}${SECRET}\n`, stderr: '' })).toBe(SECRET);
  expect(parse({ status: 0, stdout: `${line}a\\:b\\\\c\n`, stderr: '' })).toBe('a:b\\c');
  for (const status of [0, 1, 124])
    expect(messageOf(() => parse({ status, stdout: `${line}${SECRET} \n`, stderr: SECRET }))).not.toContain(SECRET);
  const sql = `LINE 1: ALTER ROLE x PASSWORD 'SCRAM-SHA-256$4096:${SECRET}'`;
  const message = messageOf(() => runSql('').parse({ status: 3, stdout: '', stderr: `ERROR: no\n${sql}` }));
  expect(message).toContain('ERROR: no');
  expect(message).not.toContain(SECRET);
});
