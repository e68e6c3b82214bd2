import type { Cluster } from '../cluster';
import type { NeededSecret, Workflow } from './workflows';

/** One thing to do, and what to type for it. */
export interface NextStep {
  readonly what: string;
  readonly type: readonly string[];
}

interface About {
  readonly cluster: Cluster;
  readonly workflows: readonly Workflow[];
  readonly slug?: string | undefined;
  readonly branch?: string | undefined;
}

/** What leads from the files to the first deploy, in order. Pure. */
export function nextSteps({ cluster, workflows, slug, branch }: About): NextStep[] {
  const secrets = workflows.flatMap((workflow) => workflow.secrets);
  return [
    // Whoever named the public half has the key.
    ...(cluster.authorizedKeys === undefined ? [keyStep] : []),
    {
      what: "The hosts' public keys, which you compare with the machines themselves (docs/ssh.md)",
      type: [...scans(cluster), 'ssh-keygen -lf known_hosts'],
    },
    ...(secrets.length > 0 ? [secretStep(secrets, slug)] : []),
    {
      what: 'What is right already, and what to do about the rest; again whenever you like',
      type: ['buka doctor --key ~/.ssh/buka --known-hosts known_hosts'],
    },
    {
      what: 'Bare machines? As root, with your own key; `--check` only lists what differs',
      type: ['buka provision --key ~/.ssh/id_ed25519 --known-hosts known_hosts'],
    },
    {
      what: deploys(workflows, branch),
      type: ['git add buka.yml .github/workflows', 'git commit -m "Deploy by Buka"', 'git push'],
    },
  ];
}

const keyStep: NextStep = {
  what: 'A key for Buka alone, unless you have one; bare machines get its public half by `buka init --public-key`',
  type: ["ssh-keygen -t ed25519 -f ~/.ssh/buka -N '' -C buka"],
};

/** A port other than 22 needs a call of its own. */
function scans({ hosts }: Cluster): string[] {
  const direct = [...hosts.values()].filter(({ jump }) => jump === undefined);
  const behind = [...hosts.values()].filter(({ jump }) => jump !== undefined);
  const byPort = [...Map.groupBy(direct, ({ port }) => port)];
  return [
    ...byPort.map(([port, some]) => {
      const flag = port === 22 ? '' : `-p ${port} `;
      return `ssh-keyscan ${flag}${some.map(({ address }) => address).join(' ')} >> known_hosts`;
    }),
    // ssh-keyscan knows no jump host, so it is asked from there.
    ...behind.map(({ jump, address, port }) => {
      const flag = port === 22 ? '' : `-p ${port} `;
      return `ssh ${jump?.user}@${jump?.address} ssh-keyscan ${flag}${address} >> known_hosts`;
    }),
  ];
}

function secretStep(secrets: readonly NeededSecret[], slug: string | undefined): NextStep {
  const needed = secrets.filter(({ name }) => !isOptional(name));
  const environments = [...new Set(needed.flatMap(({ environment }) => environment ?? []))];
  const place = environments.length > 0 ? 'environments' : 'secrets/actions';
  const where =
    slug === undefined
      ? `on GitHub: Settings, ${environments.length > 0 ? 'Environments' : 'Secrets'}`
      : `https://github.com/${slug}/settings/${place}`;
  const repo = slug === undefined ? '' : ` --repo ${slug}`;
  const unique = new Map(needed.map((one) => [`${one.environment} ${one.name}`, one]));
  return {
    what: `The secrets, by GitHub's gh, or by hand ${where}${environments.length > 0 ? ` (${environments.join(', ')})` : ''}`,
    type: [
      ...environments.map(
        (name) => `gh api --silent --method PUT repos/${slug ?? '{owner}/{repo}'}/environments/${name}`,
      ),
      ...[...unique.values()].map(({ name, environment }) => {
        const to = environment === undefined ? '' : ` --env ${environment}`;
        return `gh secret set ${name}${to}${repo} < ${sourceOf(name)}`;
      }),
    ],
  };
}

/** A key without a passphrase needs none. */
export const isOptional = (name: string): boolean => name.endsWith('_PASSPHRASE');

/** Where the value of a secret is, as far as Buka can know. */
export function sourceOf(name: string): string {
  if (name === 'BUKA_SSH_KEY') return '~/.ssh/buka';
  if (name === 'BUKA_KNOWN_HOSTS') return 'known_hosts';
  if (name === 'BUKA_ROOT_SSH_KEY') return "ROOT'S-KEY";
  return 'FILE';
}

function deploys(workflows: readonly Workflow[], branch: string | undefined): string {
  const deploy = workflows.find(({ name }) => name === 'deploy.yml');
  if (deploy === undefined) return 'Into git with it';
  const branches = /^ +branches: \[([^\]]*)\]/m.exec(deploy.text)?.[1];
  if (branches === undefined) return 'The first deploy: push it';
  const other =
    branch !== undefined && branch !== branches
      ? `; you are on ${branch}: change that line of deploy.yml, or push it there`
      : '';
  return `The first deploy: deploy.yml runs on a push to ${branches}${other}`;
}
