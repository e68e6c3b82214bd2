import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCommit, verifyAttestation } from '../../src/github/attestation';

const COMMIT = 'abc1d720783ae16286faf8ed084c689914abbac3';
const WORKFLOW = 'shop/pos/.github/workflows/deploy.yml';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buka-gh-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What gh prints for one attestation that it could verify, as its manual and its source tell. */
const proven = (more: Record<string, string> = {}) => ({
  attestation: { bundle: { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' } },
  verificationResult: {
    mediaType: 'application/vnd.dev.sigstore.verificationresult+json;version=0.1',
    statement: { predicateType: 'https://slsa.dev/provenance/v1' },
    signature: {
      certificate: {
        issuer: 'https://token.actions.githubusercontent.com',
        subjectAlternativeName: `https://github.com/${WORKFLOW}@refs/heads/main`,
        buildSignerURI: `https://github.com/${WORKFLOW}@refs/heads/main`,
        runnerEnvironment: 'github-hosted',
        sourceRepositoryURI: 'https://github.com/shop/pos',
        sourceRepositoryDigest: COMMIT,
        sourceRepositoryRef: 'refs/heads/main',
        runInvocationURI: 'https://github.com/shop/pos/actions/runs/77/attempts/1',
        ...more,
      },
    },
    verifiedTimestamps: [{ type: 'Tlog', uri: 'https://rekor.sigstore.dev', timestamp: '2026-05-01T08:00:00Z' }],
  },
});

interface Gh {
  readonly status?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A program gh that answers so, and notes what it was asked. */
function put({ status = 0, stdout = '', stderr = '' }: Gh): void {
  writeFileSync(join(folder, 'stdout'), stdout);
  writeFileSync(join(folder, 'stderr'), stderr);
  const text = String.raw`#!/bin/sh
cd '${folder}'
printf '%s\n' "$@" > words
env > environment
cat stdout
cat stderr >&2
exit ${status}
`;
  writeFileSync(join(folder, 'gh'), text);
  chmodSync(join(folder, 'gh'), 0o755);
}

const verify = (signer = WORKFLOW, env: NodeJS.ProcessEnv = {}) =>
  verifyAttestation({
    archive: '/tmp/release.tar.zst',
    signer,
    token: 'ghs_secret',
    // A shell would drop a name with a dash in it, as INPUT_SSH-KEY has.
    env: { PATH: `${folder}:/usr/bin:/bin`, GITHUB_REPOSITORY: 'shop/pos', INPUT_KEY: 'a private key', ...env },
  });

const says = (stderr: string, status = 1): Gh => ({ status, stderr });

describe('an archive', () => {
  test('that the named workflow of this repository attested is taken', async () => {
    put({ stdout: JSON.stringify([proven()]) });
    await expect(verify()).resolves.toEqual({
      signer: `${WORKFLOW}@refs/heads/main`,
      commit: COMMIT,
      run: 'https://github.com/shop/pos/actions/runs/77/attempts/1',
    });
    expect(readFileSync(join(folder, 'words'), 'utf8').trim().split('\n')).toEqual([
      ...['attestation', 'verify', '/tmp/release.tar.zst', '--repo', 'shop/pos'],
      ...['--signer-workflow', WORKFLOW, '--format', 'json'],
    ]);
  });

  test("is checked with the job's token, which is no argument, and without any other secret of the job", async () => {
    put({ stdout: JSON.stringify([proven()]) });
    await verify();
    const environment = readFileSync(join(folder, 'environment'), 'utf8');
    expect(environment).toContain('GH_TOKEN=ghs_secret');
    expect(environment).not.toContain('a private key');
    expect(readFileSync(join(folder, 'words'), 'utf8')).not.toContain('ghs_secret');
  });

  test('that was attested on another branch is refused where the branch is asked for', async () => {
    put({ stdout: JSON.stringify([proven({ buildSignerURI: `https://github.com/${WORKFLOW}@refs/heads/evil` })]) });
    await expect(verify()).resolves.toBeDefined();
    await expect(verify(`${WORKFLOW}@refs/heads/main`)).rejects.toMatchObject({ code: 'attestation-refused' });
  });

  test('that a reusable workflow of another repository attested is taken when that one is named', async () => {
    const shared = 'simplifypos/buka/.github/workflows/build.yml';
    put({ stdout: JSON.stringify([proven({ buildSignerURI: `https://github.com/${shared}@refs/tags/v1` })]) });
    await expect(verify(shared)).resolves.toMatchObject({ signer: `${shared}@refs/tags/v1` });
  });
});

describe('an archive is refused, and nothing is deployed,', () => {
  test.each([
    ['signed by another workflow', says('Error: verifying with issuer "sigstore.dev"'), 'attestation-refused'],
    [
      "signed by one whose name only begins like the workflow's",
      { stdout: JSON.stringify([proven({ buildSignerURI: `https://github.com/${WORKFLOW}.yml@refs/heads/main` })]) },
      'attestation-refused',
    ],
    [
      'attested for another repository',
      { stdout: JSON.stringify([proven({ sourceRepositoryURI: 'https://github.com/mallory/pos' })]) },
      'attestation-refused',
    ],
    [
      'not attested at all',
      says('Error: HTTP 404: Not Found (https://api.github.com/repos/shop/pos/attestations/sha256:ab?per_page=30)'),
      'attestation-missing',
    ],
    [
      'not attested at all, in an older gh',
      says('Error: no attestations found for digest shop/pos in sha256:ab'),
      'attestation-missing',
    ],
    ['when GitHub is down', says('Error: HTTP 503: Service Unavailable (https://api.…)'), 'attestation-unavailable'],
    [
      'when it cannot be reached',
      says('Error: Get "https://api.github.com/…": dial tcp: lookup api.github.com: no such host'),
      'attestation-unavailable',
    ],
    ['when the token may not', says('Error: HTTP 403: Resource not accessible'), 'attestation-denied'],
    ['when there is no token', says('To use GitHub CLI in a workflow, set the GH_TOKEN', 4), 'attestation-denied'],
    ['when gh is too old', says('unknown command "attestation" for "gh"'), 'attestation-tool-missing'],
    [
      'on a GitHub Enterprise Server',
      says('An unsupported host was detected. Note that gh attestation does not currently support GHES'),
      'attestation-unsupported',
    ],
    ['when gh says something new', says('Error: the moon is full'), 'attestation-refused'],
    // It did so in versions that found attestations of other kinds only.
    ['when gh is content and says nothing', { stdout: '' }, 'attestation-refused'],
    ['when gh is content with nothing', { stdout: '[]' }, 'attestation-refused'],
    ['when gh says it in another form', { stdout: '[{"verified":true}]' }, 'attestation-refused'],
  ])('%s', async (_, gh, code) => {
    put(gh);
    await expect(verify()).rejects.toMatchObject({
      failure: { code, step: 'attestation', left: 'Nothing was changed.', hint: expect.stringMatching(/./) },
    });
  });

  test('when the runner has no gh', async () => {
    await expect(verify(WORKFLOW, { PATH: folder })).rejects.toMatchObject({ code: 'attestation-tool-missing' });
  });

  test('of another commit than its manifest says', () => {
    const attested = { signer: WORKFLOW, commit: COMMIT, run: undefined };
    expect(() => checkCommit(attested, COMMIT)).not.toThrow();
    for (const other of [undefined, COMMIT.replace('a', 'b')])
      expect(() => checkCommit(attested, other)).toThrow(/of another commit/);
  });
});

test.each(['deploy.yml', '.github/workflows/deploy.yml', 'shop/pos', `${WORKFLOW} --bundle x`, `-${WORKFLOW}`])(
  'the input attested-by must name a workflow with its repository: %s',
  async (signer) => {
    put({ stdout: JSON.stringify([proven()]) });
    await expect(verify(signer)).rejects.toMatchObject({ code: 'input-invalid' });
  },
);
