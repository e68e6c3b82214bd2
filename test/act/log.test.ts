import { type Entry, outputsOf, printedOf, readEntry, resultsOf, summaryOf, toldOf } from './log';

/** Lines as act 0.2.89 prints them with `--json --verbose`. */
const of = { dryrun: false, level: 'info', matrix: {}, stage: 'Main', step: 'simplifypos/buka/actions/deploy@v1' };
const deploy = { ...of, job: 'production/Buka deploy/Deploy to production ', jobID: 'deploy' };
const lines = [
  { level: 'warning', msg: 'no docker' },
  { ...deploy, msg: 'setupEnv => map[INPUT_SSH-KEY:secret-of-act]', level: 'debug' },
  { ...deploy, msg: '  ⚙  ***', command: 'add-mask', arg: 'secret-masked', raw: '::add-mask::secret-masked\n' },
  { ...deploy, msg: 'worker1  switched\n', raw_output: true },
  { ...deploy, msg: '  💬  ::debug::deep', command: 'debug', arg: 'deep', raw: '::debug::deep\n', level: 'debug' },
  { ...deploy, msg: '  ⚙  ::set-output:: outcome=failed', command: 'set-output', name: 'outcome', arg: 'failed' },
  { ...deploy, msg: '  ⚙  Summary - # Deployed', command: 'summary', content: '# Deployed' },
  { ...deploy, msg: '  ⚙  Summary - # Put right', command: 'summary', content: '# Put right', stage: 'Post' },
  { ...deploy, msg: '🏁  Job failed', jobResult: 'failure' },
  { ...of, job: 'production/Buka deploy/Sign provenance', msg: "Skipping job ''", jobResult: 'skipped' },
  { ...of, job: 'Deploy/told', msg: 'TOLD {\n', raw_output: true },
  { ...of, job: 'Deploy/told', msg: '  "outcome": "success"\n', raw_output: true },
  { ...of, job: 'Deploy/told', msg: '}\n', raw_output: true },
];
const entries = lines.map((line) => readEntry(JSON.stringify(line))).filter((entry) => entry !== undefined) as Entry[];

test('jobs have their results, of those that were left out too', () => {
  expect(resultsOf(entries)).toEqual({ 'Deploy to production': 'failure', 'Sign provenance': 'skipped' });
});

test('outputs of a step, and of a called workflow, are read', () => {
  expect(outputsOf(entries, 'Deploy to production')).toEqual({ outcome: 'failed' });
  expect(outputsOf(entries, 'Sign provenance')).toEqual({});
  expect(toldOf(entries)).toEqual({ outcome: 'success' });
  expect(toldOf(entries.filter(({ job }) => job !== 'Deploy/told'))).toBeUndefined();
});

test("a summary is read, of the post step's as well", () => {
  expect(summaryOf(entries)).toBe('# Deployed\n# Put right');
  expect(summaryOf(entries, 'Post')).toBe('# Put right');
});

test('what steps printed has outputs, summaries and debug lines, and neither what act says itself nor what is to be masked', () => {
  const printed = printedOf(entries);
  for (const text of ['worker1  switched', '::debug::deep', 'outcome=failed', '# Put right'])
    expect(printed).toContain(text);
  expect(printed).not.toMatch(/secret-/);
});

test('what is no line of a job is none', () => {
  for (const line of ['', 'Error: Job failed', '[]', 'null', '{"msg":"x"}']) expect(readEntry(line)).toBeUndefined();
});
