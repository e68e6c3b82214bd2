import { parse } from 'yaml';
import { callers, reusable, type Workflow } from '../workflows/files';
import { forAct, tellingOutputs, withoutProvenance } from './rewrite';

const all = [...callers.values(), ...reusable.values()];

test.each(all)('of $path only lines that are listed, with the reason, are otherwise for act', ({ text }) => {
  const { text: rewritten, changes } = forAct(text);
  const before = text.split('\n');
  const after = rewritten.split('\n');
  for (const { line, was, is, why } of changes) {
    expect(before[line - 1]).toBe(was);
    expect(is).not.toBe(was);
    expect(why.length).toBeGreaterThan(20);
  }
  const changed = new Map(changes.map(({ line, is }) => [line, is]));
  const expected = before.map((line, index) => (changed.has(index + 1) ? changed.get(index + 1) : line));
  expect(after).toEqual(expected.filter((line) => line !== undefined));
});

/** Without what a rewriting may touch. */
const rest = (workflow: Workflow) =>
  JSON.parse(
    JSON.stringify(workflow, (key, value: unknown) => {
      if (key === 'queue' || key === 'deployment') return undefined;
      if (key === 'uses' && typeof value === 'string') return value.replace(/^simplifypos\/buka\/(.*)@v1$/, '$$/$1');
      return value;
    }),
  );

test.each(all)(
  '$path is the same for act but for `queue`, `deployment` and how it names its own actions',
  ({ text }) => {
    expect(rest(parse(forAct(text).text))).toEqual(rest(parse(text)));
  },
);

test.each(all)('of $path nothing is left that act refuses', ({ text }) => {
  expect(forAct(text).text).not.toMatch(/^ *queue:|^ *deployment:|uses: \$\//m);
});

test('every kind of line is there to be rewritten: a rule for nothing goes', () => {
  const reasons = new Set(all.flatMap(({ text }) => forAct(text).changes.map(({ why }) => why)));
  expect(reasons.size).toBe(3);
});

test('a text that only looks alike stays as it is', () => {
  const text = '# queue: max\nrun: echo queue: max\nuses: actions/checkout@v1 # $/actions/deploy\nqueue: single\n';
  expect(forAct(text)).toEqual({ text, changes: [] });
});

test('the caller of a repository without attestations says so, as the file itself tells it to', () => {
  const text = callers.get('deploy')?.text ?? '';
  expect(text).toContain('adds "provenance: false" under "with:"');
  const { text: rewritten, changes } = withoutProvenance(text);
  expect(changes).toHaveLength(1);
  const { jobs } = parse(rewritten) as Workflow;
  expect(jobs.production?.with).toEqual({ ...parse(text).jobs.production.with, provenance: false });
});

test.each([...callers.values()])('one more job tells what the call of $path gave back', ({ text }) => {
  const { text: rewritten, changes } = tellingOutputs(text);
  expect(changes).toHaveLength(1);
  const [called = ''] = Object.keys(parse(text).jobs);
  const { told, ...others } = (parse(rewritten) as Workflow).jobs;
  expect(others).toEqual(parse(text).jobs);
  expect(told).toMatchObject({
    needs: called,
    steps: [{ env: { OUTPUTS: `\${{ toJSON(needs.${called}.outputs) }}` } }],
  });
});
