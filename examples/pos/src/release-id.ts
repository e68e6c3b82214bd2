const inReleaseFolder = /\/releases\/([^/]+)\/tree(?:\/|$)/;

/**
 * The id of the release that this process is from: taken from its real working directory
 * (`…/releases/<id>/tree`), which stays the same when the `current` symlink moves on; else `RELEASE`; else `dev`.
 */
export function releaseId(directory: string, environment: NodeJS.ProcessEnv): string {
  return inReleaseFolder.exec(directory)?.[1] ?? environment.RELEASE ?? 'dev';
}
