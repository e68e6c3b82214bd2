import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';

/** The job as the lock and the history of the workers name it. */
export interface JobRun {
  readonly id: string;
  readonly by: string;
  readonly url: string | undefined;
}

/** Jobs of a matrix share all of GitHub's numbers, so the id ends in something of its own. */
export function jobRun(env: NodeJS.ProcessEnv = process.env): JobRun {
  const { GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt = '1', GITHUB_JOB: job = 'job' } = env;
  const own = randomBytes(4).toString('hex');
  const page = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${run}/attempts/${attempt}`;
  return {
    id: ['github', run ?? 'local', attempt, job, own].join('-'),
    by: env.GITHUB_TRIGGERING_ACTOR || env.GITHUB_ACTOR || `${userInfo().username}@${hostname()}`,
    url: run && env.GITHUB_REPOSITORY ? page : undefined,
  };
}
