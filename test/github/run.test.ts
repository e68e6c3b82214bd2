import { jobRun } from '../../src/github/run';

const env = {
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_JOB: 'deploy',
  GITHUB_SERVER_URL: 'https://github.example',
  GITHUB_REPOSITORY: 'shop/pos',
  GITHUB_ACTOR: 'ana',
  GITHUB_TRIGGERING_ACTOR: 'ben',
};

test('a job is named by its page and by who pressed the button, not by who pushed first', () => {
  expect(jobRun(env)).toMatchObject({ by: 'ben', url: 'https://github.example/shop/pos/actions/runs/77/attempts/2' });
});

test('two jobs of a matrix are two runs: one must not take the lock of the other for its own', () => {
  expect(jobRun(env).id).toMatch(/^github-77-2-deploy-[0-9a-f]{8}$/);
  expect(jobRun(env).id).not.toBe(jobRun(env).id);
});

test('outside a job there is a name, and no page', () => {
  expect(jobRun({})).toMatchObject({ by: expect.stringMatching(/.@./), url: undefined });
});
