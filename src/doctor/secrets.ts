import { DEPLOY_SECRETS, type NeededSecret, secretsToSet, setSecret, type Workflow } from '../init';
import { type Finding, GITHUB, ok, unchecked, wrong } from './finding';

/** By name; where GitHub can't be asked, what stood in the way, and what would help if that is known. */
export type SecretNames = readonly string[] | { readonly why: string; readonly next?: string };

export const LOG_IN = 'gh auth login; or look at Settings, Environments on GitHub';

/** The secrets that jobs of an environment get, or of the repository without one. */
export type ListSecrets = (environment: string | undefined) => Promise<SecretNames>;

/** In a job, what the step was given; from elsewhere, what GitHub has for the jobs that `.github/workflows` describe. */
export async function secretFindings(
  workflows: readonly Workflow[],
  env: NodeJS.ProcessEnv,
  list: ListSecrets,
): Promise<Finding[]> {
  if (env.GITHUB_ACTIONS === 'true') return DEPLOY_SECRETS.map((name) => inJob(name, env[name]));
  const needed = secretsToSet(workflows);
  if (needed.length === 0)
    return [unchecked(GITHUB, 'secrets', 'no workflow here uses any', '`buka init` writes the workflows')];
  return Promise.all(needed.map(async (one) => fromOutside(one, await list(one.environment))));
}

/** GitHub gives an empty text for a secret that does not exist. */
function inJob(name: string, value: string | undefined): Finding {
  const what = `secret ${name}`;
  if (value === undefined)
    return unchecked(GITHUB, what, 'this step is not given it', `In its env: ${name}: \${{ secrets.${name} }}`);
  if (value.trim() !== '') return ok(GITHUB, what, 'this step has it');
  return wrong(
    GITHUB,
    what,
    'it is empty: there is none of that name for this job',
    `${setSecret({ name, environment: 'production' })}; and the job needs \`environment: production\``,
    'credentials-missing',
  );
}

function fromOutside({ name, environment }: NeededSecret, found: SecretNames): Finding {
  const what = `secret ${name}`;
  const where = environment === undefined ? 'the repository' : `the environment ${environment}`;
  if ('why' in found) {
    const { why, next = LOG_IN } = found;
    return unchecked(GITHUB, what, `of ${where}: ${why}`, next);
  }
  if (found.includes(name)) return ok(GITHUB, what, `${where} has it`);
  return wrong(GITHUB, what, `${where} lacks it`, setSecret({ name, environment }), 'credentials-missing');
}
