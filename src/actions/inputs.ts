import { resolve } from 'node:path';
import { flagInput, input, requiredInput, secretInput, workspace } from '../github';
import type { Credentials } from '../remote';

/** What every action is told. */
export interface AppInputs {
  /** Absolute path of the app's folder. */
  readonly folder: string;
  /** Absolute path of `buka.yml`. */
  readonly config: string;
}

/** What an action that asks GitHub is told besides. */
export interface GitHubInputs {
  /** Undefined outside GitHub. */
  readonly token: string | undefined;
  /** Whether a comment on the pull request is wanted. */
  readonly comment: boolean;
}

/** What an action that reaches hosts is told besides. */
export interface HostInputs extends AppInputs {
  readonly credentials: Credentials;
  readonly dryRun: boolean;
  /** Names of load balancers that may be left out. */
  readonly without: readonly string[];
}

/** What an action that deploys is told besides. */
export interface ChangeInputs extends HostInputs, GitHubInputs {
  /** Why there shall be no backup from before. */
  readonly withoutBackup: string | undefined;
  /** Why the objectives shall not be asked. */
  readonly despiteObjectives: string | undefined;
}

export interface DeployInputs extends ChangeInputs {
  /** Absolute path of the packed release. */
  readonly archive: string;
  /** The workflow that must have attested it. */
  readonly attestedBy: string | undefined;
}

export interface RollbackInputs extends HostInputs, GitHubInputs {
  readonly release: string | undefined;
  readonly reason: string;
}

export function readAppInputs(): AppInputs {
  const folder = resolve(workspace(), input('working-directory', '.'));
  return { folder, config: resolve(folder, input('config', 'buka.yml')) };
}

export function readGitHubInputs(): GitHubInputs {
  return { token: secretInput('token'), comment: flagInput('comment') };
}

/** @throws ConfigurationError `input-missing`, `input-invalid` */
export function readHostInputs(): HostInputs {
  const privateKey = secretInput('ssh-key');
  const passphrase = secretInput('ssh-passphrase');
  // With a key the agent isn't asked: it may offer so many others that a host hangs up before the right one.
  const agent = privateKey ? undefined : process.env.SSH_AUTH_SOCK;
  const knownHosts = requiredInput('known-hosts');
  return {
    ...readAppInputs(),
    credentials: { privateKey, passphrase: passphrase?.replace(/\r?\n$/, ''), agent, knownHosts },
    dryRun: flagInput('dry-run'),
    without: input('without-load-balancers')
      .split(/[\s,]+/)
      .filter(Boolean),
  };
}

export function readChangeInputs(): ChangeInputs {
  return {
    ...readHostInputs(),
    ...readGitHubInputs(),
    withoutBackup: input('without-backup') || undefined,
    despiteObjectives: input('despite-objectives') || undefined,
  };
}

export function readDeployInputs(): DeployInputs {
  const archive = resolve(workspace(), requiredInput('archive'));
  return { ...readChangeInputs(), archive, attestedBy: input('attested-by') || undefined };
}

export function readRollbackInputs(): RollbackInputs {
  const [release, reason] = [input('release') || undefined, requiredInput('reason')];
  // A rollback is nobody's pull request.
  return { ...readHostInputs(), token: secretInput('token'), comment: false, release, reason };
}
