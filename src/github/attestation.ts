import { execFile } from 'node:child_process';
import { z } from 'zod';
import { BukaError, ConfigurationError } from '../errors';
import { minutes } from '../units';

export interface AttestationWanted {
  /** Absolute path. */
  readonly archive: string;
  /** `shop/pos/.github/workflows/deploy.yml`, or with `@refs/heads/main` after it. */
  readonly signer: string;
  /** May read attestations. */
  readonly token: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/** Who vouches for an archive, and for what: what was proven, never what somebody says. */
export interface Attested {
  /** `shop/pos/.github/workflows/deploy.yml@refs/heads/main`. */
  readonly signer: string;
  /** The whole commit that the workflow ran at. */
  readonly commit: string;
  /** The page of the run. */
  readonly run: string | undefined;
}

/** As much of `gh attestation verify --format json` as is used; its names are those of Fulcio's certificate extensions. */
const certificate = z.object({
  sourceRepositoryURI: z.string(),
  sourceRepositoryDigest: z.string(),
  buildSignerURI: z.string(),
  runInvocationURI: z.string().optional(),
});
const verified = z.array(
  z.object({ verificationResult: z.object({ signature: z.object({ certificate: certificate }) }) }),
);

/**
 * Has GitHub's own program check that this very file was attested by a workflow of this repository: signature, certificate
 * and log, by the trust roots of Sigstore or, for a private repository, of GitHub. Who signed is then compared once more,
 * whole: gh takes the workflow's name for the beginning of one.
 * @throws BukaError `attestation-…`, whenever it isn't proven; ConfigurationError `input-invalid`
 */
export async function verifyAttestation({ archive, signer, token, env = process.env }: AttestationWanted) {
  const wanted = parseSigner(signer);
  const { GITHUB_REPOSITORY: repository = '', GITHUB_SERVER_URL: server = 'https://github.com' } = env;
  const words = ['attestation', 'verify', archive, '--repo', repository, '--signer-workflow', wanted.workflow];
  const stdout = await gh([...words, '--format', 'json'], ghEnvironment(env, server, token));
  const proven = verified.safeParse(parseJson(stdout));
  const all = (proven.data ?? []).map(({ verificationResult }) => verificationResult.signature.certificate);
  const found = all.find(
    (one) =>
      one.sourceRepositoryURI.toLowerCase() === `${server}/${repository}`.toLowerCase() &&
      isSigner(one.buildSignerURI, wanted, server),
  );
  if (found === undefined) {
    const others = all.map((one) => `${one.buildSignerURI}, for ${one.sourceRepositoryURI}`);
    throw refused(others.length > 0 ? `attested by ${others.join('; by ')}` : `gh said: ${stdout.slice(0, 300)}`);
  }
  const attested: Attested = {
    signer: found.buildSignerURI.replace(`${server}/`, ''),
    commit: found.sourceRepositoryDigest,
    run: found.runInvocationURI,
  };
  return attested;
}

/** @throws BukaError `attestation-commit` where the release inside says that it is of another commit */
export function checkCommit({ commit }: Attested, ofRelease: string | undefined): void {
  if (commit === ofRelease) return;
  throw new BukaError({
    code: 'attestation-commit',
    step: 'attestation',
    message: 'The release says that it was built of another commit than the one it was attested for.',
    seen: `attested for ${commit}, its manifest says ${ofRelease ?? 'nothing'}`,
    left: 'Nothing was changed.',
    hint: 'Build it again, without checking anything else out before; and ask who made this one.',
  });
}

interface Signer {
  /** `owner/repository/path`. */
  readonly workflow: string;
  /** `refs/heads/main`. */
  readonly ref: string | undefined;
}

function parseSigner(signer: string): Signer {
  const [, workflow, ref] =
    /^([A-Za-z0-9][\w-]*\/[\w.-]+\/\.github\/workflows\/[\w.-]+\.ya?ml)(?:@([\w./+-]+))?$/.exec(signer) ?? [];
  if (workflow !== undefined) return { workflow, ref };
  throw new ConfigurationError({
    code: 'input-invalid',
    message: 'The input attested-by must name a workflow with its repository.',
    seen: signer,
    left: 'Nothing was changed.',
    hint: 'Such as shop/pos/.github/workflows/deploy.yml, or with @refs/heads/main after it.',
  });
}

function isSigner(uri: string, { workflow, ref }: Signer, server: string): boolean {
  const [, path = '', of] = /^(.*?\.ya?ml)@(.*)$/.exec(uri) ?? [];
  return path.toLowerCase() === `${server}/${workflow}`.toLowerCase() && (ref === undefined || of === ref);
}

/** gh gets the token by its environment, and none of this action's inputs: a private key is among them. */
function ghEnvironment(env: NodeJS.ProcessEnv, server: string, token: string | undefined): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(?:INPUT|BUKA|STATE|ACTIONS|GH|GITHUB)_/.test(name));
  return {
    ...Object.fromEntries(kept),
    GH_HOST: server.replace(/^https?:\/\//, ''),
    GH_NO_UPDATE_NOTIFIER: '1',
    GH_PROMPT_DISABLED: '1',
    NO_COLOR: '1',
    ...(token !== undefined && { GH_TOKEN: token }),
  };
}

function gh(words: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const how = { env, timeout: minutes(2), killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 } as const;
  return new Promise((resolve, reject) => {
    execFile('gh', words, how, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(ghFailure(error, stderr.trim()));
    });
  });
}

/** What gh says when it can't, or won't; by its source, `pkg/cmd/attestation` of cli/cli. Whatever is new to us is a no. */
function ghFailure(error: Error & { code?: number | string | null; killed?: boolean }, said: string): BukaError {
  const seen = said || error.message;
  const failure = (told: { code: string; message: string; hint: string }) =>
    new BukaError({ ...told, step: 'attestation', seen, left: 'Nothing was changed.', cause: error });
  if (error.code === 'ENOENT' || /unknown (?:command|flag)/.test(said))
    return failure({
      code: 'attestation-tool-missing',
      message: "The runner has no gh that can check an attestation, and without one the archive isn't trusted.",
      hint: "GitHub's own runners have it. On a self-hosted one install a current GitHub CLI: https://cli.github.com.",
    });
  if (
    error.killed ||
    /HTTP 5\d\d|dial tcp|i\/o timeout|connection (?:refused|reset)|no such host|TLS handshake|TUF|EOF/.test(said)
  )
    return failure({
      code: 'attestation-unavailable',
      message: "It can't be asked now whether the archive is attested.",
      hint: 'Run it again. The runner must reach the API of GitHub, and tuf-repo.github.com and tuf-repo-cdn.sigstore.dev.',
    });
  if (error.code === 4 || /HTTP 40[13]|GH_TOKEN/.test(said))
    return failure({
      code: 'attestation-denied',
      message: 'The token may not read attestations.',
      hint: 'The job needs `permissions: { contents: read, attestations: read }`.',
    });
  if (/HTTP 404|no attestations? found/i.test(said))
    return failure({
      code: 'attestation-missing',
      message: 'This archive was not attested in this repository, or the token may not know.',
      hint: 'The job that builds it needs a step with actions/attest, with the archive as its subject-path; this one needs `permissions: { contents: read, attestations: read }`.',
    });
  if (/GHES|unsupported host/i.test(said))
    return failure({
      code: 'attestation-unsupported',
      message: 'GitHub Enterprise Server has no attestations.',
      hint: 'Leave attested-by out there.',
    });
  return refused(seen, error);
}

const refused = (seen: string, cause?: unknown) =>
  new BukaError({
    code: 'attestation-refused',
    step: 'attestation',
    message: 'The archive is not attested by the workflow that it must be from.',
    seen,
    left: 'Nothing was changed.',
    hint: "Don't deploy it before you know where it is from. If the workflow has another name by now, or is a reusable one of another repository, correct attested-by.",
    cause,
  });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
