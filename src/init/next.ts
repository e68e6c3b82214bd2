import type { Cluster, Host } from '../cluster';
import { type NeededSecret, secretsToSet, type Workflow } from './workflows';

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
  const secrets = secretsToSet(workflows);
  return [
    // Whoever named the public half has the key.
    ...(cluster.authorizedKeys === undefined ? [keyStep] : []),
    {
      what: "The hosts' public keys, which you compare with the machines themselves (docs/ssh.md)",
      type: [...scans(cluster), 'ssh-keygen -lf known_hosts'],
    },
    ...(secrets.length > 0 ? [secretStep(secrets, slug)] : []),
    // A key to put on the machines is for bare ones: before they are set up nothing there is right.
    ...(cluster.authorizedKeys === undefined ? [doctorStep, provisionStep] : [provisionStep, doctorStep]),
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

const doctorStep: NextStep = {
  what: 'What is right already, and what to do about the rest; again whenever you like',
  type: ['buka doctor --key ~/.ssh/buka --known-hosts known_hosts'],
};

const provisionStep: NextStep = {
  what: 'Bare machines? As root, with your own key; `--check` only lists what differs',
  type: ['buka provision --key ~/.ssh/id_ed25519 --known-hosts known_hosts'],
};

/** A port other than 22 needs a call of its own. */
function scans({ hosts }: Cluster): string[] {
  const direct = [...hosts.values()].filter(({ jump }) => jump === undefined);
  const behind = [...hosts.values()].filter(({ jump }) => jump !== undefined);
  return [
    ...[...Map.groupBy(direct, ({ port }) => port).values()].map(scanOf),
    ...behind.map((host) => scanOf([host])),
  ];
}

/**
 * The command that adds what these hosts show as their keys; it believes whoever answers.
 * @param hosts with one port, and one way there
 */
export function scanOf(hosts: readonly Host[]): string {
  const [{ port = 22, jump } = {}] = hosts;
  const scan = `ssh-keyscan ${onPort(port)}${hosts.map(({ address }) => address).join(' ')}`;
  // ssh-keyscan knows no jump host, so it is asked from there.
  const there = jump === undefined ? scan : `ssh ${onPort(jump.port)}${jump.user}@${jump.address} ${scan}`;
  return `${there} >> known_hosts`;
}

const onPort = (port: number) => (port === 22 ? '' : `-p ${port} `);

function secretStep(secrets: readonly NeededSecret[], slug: string | undefined): NextStep {
  const environments = [...new Set(secrets.flatMap(({ environment }) => environment ?? []))];
  const place = environments.length > 0 ? 'environments' : 'secrets/actions';
  const where =
    slug === undefined
      ? `on GitHub: Settings, ${environments.length > 0 ? 'Environments' : 'Secrets'}`
      : `https://github.com/${slug}/settings/${place}`;
  return {
    what: `The secrets, by GitHub's gh, or by hand ${where}${environments.length > 0 ? ` (${environments.join(', ')})` : ''}`,
    type: [
      ...environments.map(
        (name) => `gh api --silent --method PUT repos/${slug ?? '{owner}/{repo}'}/environments/${name}`,
      ),
      ...secrets.map((secret) => setSecret(secret, slug)),
    ],
  };
}

/** The command that sets it, by GitHub's gh. @param slug of the repository, where that is not the one it is typed in */
export function setSecret({ name, environment }: NeededSecret, slug?: string): string {
  const to = environment === undefined ? '' : ` --env ${environment}`;
  const repo = slug === undefined ? '' : ` --repo ${slug}`;
  return `gh secret set ${name}${to}${repo} < ${sourceOf(name)}`;
}

/** Where the value of a secret is, as far as Buka can know. */
function sourceOf(name: string): string {
  if (name === 'BUKA_SSH_KEY') return '~/.ssh/buka';
  if (name === 'BUKA_KNOWN_HOSTS') return 'known_hosts';
  if (name === 'BUKA_ROOT_SSH_KEY') return "ROOT'S-KEY";
  return 'FILE';
}

/** Whether it is one can't be seen from a clone. */
const unsigned =
  ". A private repository that is not on GitHub Enterprise Cloud writes `provenance: false` below deploy.yml's `with:` first";

function deploys(workflows: readonly Workflow[], branch: string | undefined): string {
  const deploy = workflows.find(({ name }) => name === 'deploy.yml');
  if (deploy === undefined) return 'Into git with it';
  const branches = /^ +branches: \[([^\]]*)\]/m.exec(deploy.text)?.[1];
  if (branches === undefined) return 'The first deploy: push it';
  const other =
    branch !== undefined && branch !== branches
      ? `; you are on ${branch}: change that line of deploy.yml, or push it there`
      : '';
  return `The first deploy: deploy.yml runs on a push to ${branches}${other}${unsigned}`;
}
