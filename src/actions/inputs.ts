import { resolve } from 'node:path';
import { flagInput, input, requiredInput, secretInput, workspace } from '../github';
import { splitList } from '../lists';
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
}

/** What an action that moves the workers to a release is told besides. */
export interface RolloutInputs extends HostInputs, GitHubInputs {
  readonly dryRun: boolean;
  /** Names of load balancers that may be left out. */
  readonly without: readonly string[];
}

/** What an action that deploys is told besides. */
export interface ChangeInputs extends RolloutInputs {
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

export interface RollbackInputs extends RolloutInputs {
  readonly release: string | undefined;
  readonly reason: string;
}

export interface BackupInputs extends HostInputs {
  readonly reason: string | undefined;
}

export interface RestoreInputs extends HostInputs {
  /** Which backup: at most one of them isn't empty, which the use case sees to. */
  readonly from: { readonly id: string; readonly release: string; readonly to: string };
  readonly confirm: string;
  readonly reason: string | undefined;
  readonly dropPrevious: boolean;
  readonly dryRun: boolean;
}

export interface ProvisionInputs extends HostInputs {
  readonly check: boolean;
  readonly hosts: readonly string[];
  readonly user: string;
}

export interface SloInputs extends HostInputs {
  readonly failOn: string;
}

export interface AlertsInputs extends HostInputs {
  readonly token: string;
}

export interface DrillInputs extends HostInputs {
  readonly drill: string;
  readonly host: string;
  readonly confirm: string | undefined;
  readonly path: string | undefined;
  readonly rate: string;
  readonly user: string;
}

export function readAppInputs(): AppInputs {
  const folder = resolve(workspace(), input('working-directory', '.'));
  return { folder, config: resolve(folder, input('config', 'buka.yml')) };
}

export function readGitHubInputs(): GitHubInputs {
  return { token: secretInput('token'), comment: flagInput('comment') };
}

/** @throws ConfigurationError `input-missing` */
export function readHostInputs(): HostInputs {
  const privateKey = secretInput('ssh-key');
  const passphrase = secretInput('ssh-passphrase');
  // With a key the agent isn't asked: it may offer so many others that a host hangs up before the right one.
  const agent = privateKey ? undefined : process.env.SSH_AUTH_SOCK;
  const knownHosts = requiredInput('known-hosts');
  return {
    ...readAppInputs(),
    credentials: { privateKey, passphrase: passphrase?.replace(/\r?\n$/, ''), agent, knownHosts },
  };
}

/** @throws ConfigurationError `input-missing`, `input-invalid` */
function readRolloutInputs(): Omit<RolloutInputs, 'comment'> {
  return {
    ...readHostInputs(),
    token: secretInput('token'),
    dryRun: flagInput('dry-run'),
    without: splitList(input('without-load-balancers')),
  };
}

export function readChangeInputs(): ChangeInputs {
  return {
    ...readRolloutInputs(),
    comment: flagInput('comment'),
    withoutBackup: input('without-backup') || undefined,
    despiteObjectives: input('despite-objectives') || undefined,
  };
}

export function readDeployInputs(): DeployInputs {
  return {
    ...readChangeInputs(),
    archive: resolve(workspace(), requiredInput('archive')),
    attestedBy: input('attested-by') || undefined,
  };
}

export function readRollbackInputs(): RollbackInputs {
  return {
    ...readRolloutInputs(),
    // A rollback is nobody's pull request.
    comment: false,
    release: input('release') || undefined,
    reason: requiredInput('reason'),
  };
}

export function readBackupInputs(): BackupInputs {
  return { ...readHostInputs(), reason: input('reason') || undefined };
}

export function readRestoreInputs(): RestoreInputs {
  return {
    ...readHostInputs(),
    from: { id: input('id'), release: input('release'), to: input('to') },
    confirm: input('confirm'),
    reason: input('reason') || undefined,
    dropPrevious: flagInput('drop-previous'),
    dryRun: flagInput('dry-run'),
  };
}

export function readProvisionInputs(): ProvisionInputs {
  return {
    ...readHostInputs(),
    check: flagInput('check'),
    hosts: splitList(input('hosts')),
    user: input('user', 'root'),
  };
}

export function readSloInputs(): SloInputs {
  return { ...readHostInputs(), failOn: input('fail-on', 'nothing') };
}

export function readAlertsInputs(): AlertsInputs {
  return { ...readHostInputs(), token: secretInput('token') ?? requiredInput('token') };
}

export function readDrillInputs(): DrillInputs {
  return {
    ...readHostInputs(),
    drill: requiredInput('drill'),
    host: requiredInput('host'),
    confirm: input('confirm') || undefined,
    path: input('path') || undefined,
    rate: input('rate', '50'),
    user: input('user', 'root'),
  };
}
