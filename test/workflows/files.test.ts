import { readdirSync } from 'node:fs';
import { workflowProblems } from '../../scripts/workflow-files';
import { actions, callers, inGitHub, ownAction, stepsOf } from './files';

const workflows = [...inGitHub, ...callers.values()];

test("GitHub's own parser takes every workflow and action, and what callers give to those they call", async () => {
  expect(await workflowProblems()).toEqual([]);
});

test.each(workflows)(
  '$path pins what it uses by commit and says the version; its own actions there are',
  ({ text }) => {
    const used = [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, value = '']) => value);
    for (const value of used) {
      if (value.startsWith('$/')) expect(ownAction({ uses: value })).toBeDefined();
      else if (value.startsWith('simplifypos/buka/')) expect(value).toMatch(/@v1$/);
      else expect(value).toMatch(/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  },
);

test('one version of each action is used everywhere', () => {
  const versions = new Map<string, Set<string>>();
  for (const [, repository = '', version = ''] of workflows
    .map(({ text }) => text)
    .join('\n')
    .matchAll(/uses: ([\w-]+\/[\w-]+)[\w/-]*@(\S+ #.*)$/gm))
    versions.set(repository, (versions.get(repository) ?? new Set()).add(version));
  expect(versions.size).toBeGreaterThan(5);
  for (const [repository, found] of versions)
    expect([repository, [...found]]).toEqual([repository, [expect.any(String)]]);
});

test.each(workflows)('$path leaves no token in the checkout, and no job without an end', (workflow) => {
  for (const { step } of stepsOf(workflow))
    if (step.uses?.startsWith('actions/checkout@')) expect(step.with).toMatchObject({ 'persist-credentials': false });
  for (const job of Object.values(workflow.jobs)) if (job.steps) expect(job).toHaveProperty('timeout-minutes');
});

test.each(workflows)('$path gives no value to a shell but through its environment', (workflow) => {
  for (const { step } of stepsOf(workflow)) expect(step.run ?? '').not.toContain('${{');
});

test('each action has its folder, and each folder its action', () => {
  expect(readdirSync('actions').sort()).toEqual([...actions.keys()].filter(Boolean).sort());
});
