import { withoutOutcome } from '../../src/actions';
import { type Action, actions } from '../workflows/files';
import { ActionCode } from './code-interface';

const code = new ActionCode();
const all = [...actions.values()].map((action) => [action.path, action] as const);

const entriesOf = ({ name, runs }: Action) => [name || 'pipeline', ...(runs.post ? ['post'] : [])];

test.each(all)('%s describes each input that the code reads, and no other', (_, action) => {
  expect([...code.of(...entriesOf(action)).inputs.keys()].sort()).toEqual(Object.keys(action.inputs).sort());
});

test.each(all)('%s describes each output that the code sets, and no other', (_, action) => {
  expect([...code.of(...entriesOf(action)).outputs].sort()).toEqual(Object.keys(action.outputs).sort());
});

test.each(all)('%s starts the stub of its own name, on Node 24, and has a picture', (_, { name, runs, branding }) => {
  const up = name === '' ? '' : '../../';
  expect(runs).toMatchObject({ using: 'node24', main: `${up}dist/${name || 'pipeline'}.js` });
  if (runs.post) expect(runs.post).toBe(`${up}dist/post.js`);
  expect(branding).toEqual({ icon: expect.any(String), color: expect.any(String) });
});

test('an action that fails before it began says so by its outcome, if it has one', () => {
  const without = [...actions.values()].filter(({ outputs }) => !('outcome' in outputs)).map(({ name }) => name);
  expect([...withoutOutcome].sort()).toEqual(without.sort());
});

test.each(all)('%s has the defaults that the code has, and calls required what is', (_, action) => {
  const { inputs, required } = code.of(...entriesOf(action));
  for (const [name, described] of Object.entries(action.inputs)) {
    // One whose default is an expression is always given.
    if (String(described.default).includes('${{')) continue;
    expect([name, described.default, described.required ?? false]).toEqual([
      name,
      inputs.get(name),
      required.has(name),
    ]);
  }
});
