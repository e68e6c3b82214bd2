import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ListSecrets, secretFindings } from '../../src/doctor';
import { ghSecrets } from '../../src/doctor/gh';
import { workflowOf } from '../../src/init';

const deployText = `jobs:
  deploy:
    environment: production
    steps:
      - uses: simplifypos/buka/actions/deploy@v1
        with:
          ssh-key: \${{ secrets.BUKA_SSH_KEY }}
          ssh-passphrase: \${{ secrets.BUKA_SSH_PASSPHRASE }}
          known-hosts: \${{ secrets.BUKA_KNOWN_HOSTS }}
`;
const deploy = workflowOf('deploy.yml', deployText);
const called = workflowOf(
  'called.yml',
  `jobs:
  deploy:
    uses: simplifypos/buka/.github/workflows/deploy.yml@v1
    with: { environment: staging }
    secrets: inherit
`,
);

const short = async (...about: Parameters<typeof secretFindings>) =>
  (await secretFindings(...about)).map(({ what, verdict, next }) => [what, verdict, next?.split(';')[0]]);
const nobody: ListSecrets = async () => {
  throw new Error('GitHub is not asked from within a job');
};

test('in a job an empty secret is told, and one that the step lacks is not called well', async () => {
  const env = { GITHUB_ACTIONS: 'true', BUKA_SSH_KEY: '' };
  expect(await short([deploy], env, nobody)).toEqual([
    ['secret BUKA_SSH_KEY', 'wrong', 'gh secret set BUKA_SSH_KEY --env production < ~/.ssh/buka'],
    ['secret BUKA_KNOWN_HOSTS', 'unchecked', 'In its env: BUKA_KNOWN_HOSTS: $' + '{{ secrets.BUKA_KNOWN_HOSTS }}'],
  ]);
});

test('from elsewhere each secret that a workflow uses is looked for in its environment', async () => {
  const asked: (string | undefined)[] = [];
  const list: ListSecrets = async (environment) => {
    asked.push(environment);
    return environment === 'production' ? ['BUKA_SSH_KEY'] : ['BUKA_SSH_KEY', 'BUKA_KNOWN_HOSTS'];
  };
  expect((await short([deploy, called], {}, list)).map(([what, verdict]) => [what, verdict])).toEqual([
    ['secret BUKA_SSH_KEY', 'ok'],
    ['secret BUKA_KNOWN_HOSTS', 'wrong'],
    ['secret BUKA_SSH_KEY', 'ok'],
    ['secret BUKA_KNOWN_HOSTS', 'ok'],
  ]);
  expect(asked).toEqual(['production', 'production', 'staging', 'staging']);
});

test('those of the workflows as they are copied are found where the quick start puts them', async () => {
  const list: ListSecrets = async (environment) =>
    environment === 'production' ? ['BUKA_SSH_KEY', 'BUKA_KNOWN_HOSTS'] : [];
  const copied = ['deploy.yml', 'rollback.yml'].map((name) =>
    workflowOf(name, readFileSync(`workflows/${name}`, 'utf8')),
  );
  expect((await short(copied, {}, list)).map(([what, verdict]) => [what, verdict])).toEqual([
    ['secret BUKA_SSH_KEY', 'ok'],
    ['secret BUKA_KNOWN_HOSTS', 'ok'],
  ]);
});

test('where only the run knows the environment, none of its secrets is looked for in the repository', async () => {
  const matrix = workflowOf('matrix.yml', deployText.replace('production', '$' + '{{ matrix.shop }}'));
  expect(await short([matrix, deploy], {}, async () => [])).toHaveLength(2);
});

test('where GitHub can not be asked, or no workflow is there, no secret is called well', async () => {
  const list: ListSecrets = async () => ({ why: 'not logged in' });
  expect(new Set((await short([deploy], {}, list)).map(([, verdict]) => verdict))).toEqual(new Set(['unchecked']));
  expect(await short([], {}, nobody)).toEqual([['secrets', 'unchecked', '`buka init` writes the workflows']]);
});

describe('gh', () => {
  let folder: string;
  const { PATH } = process.env;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'buka-gh-'));
  });
  afterEach(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });
  const answers = (program: string) => {
    writeFileSync(join(folder, 'gh'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
    process.env.PATH = `${folder}:${PATH}`;
  };

  test('tells the secrets of the environment, the repository and the organization', async () => {
    answers('case "$*" in *--env*) echo ONE ;; secret*) echo TWO ;; *) echo THREE ;; esac');
    expect(await ghSecrets(folder)('production')).toEqual(['ONE', 'TWO', 'THREE']);
  });

  test('an environment that does not exist has none, and who may not ask the organization asks the others', async () => {
    answers('case "$*" in *--env*) echo "HTTP 404: Not Found" >&2; exit 1 ;; secret*) echo TWO ;; *) exit 1 ;; esac');
    expect(await ghSecrets(folder)('production')).toEqual(['TWO']);
  });

  test('who is not logged in is told so', async () => {
    answers('echo "To get started with GitHub CLI, please run: gh auth login" >&2; exit 4');
    expect(await ghSecrets(folder)('production')).toEqual({ why: expect.stringContaining('gh auth login') });
  });

  test('without it nothing can be told but where it is to be had', async () => {
    process.env.PATH = folder;
    const [finding] = await secretFindings([deploy], {}, ghSecrets(folder));
    expect(finding).toMatchObject({ verdict: 'unchecked', seen: expect.stringContaining('not installed') });
    expect(finding?.next).toContain('https://cli.github.com');
  });
});
