import type { BackupId } from '../../backup';
import { settingsMeanwhile } from './fresh';
import type { DatabaseServer } from './server';

/** What there is if the drill ends here, and what to type. */
export interface Left {
  readonly left: string;
  readonly hint: string;
}

/** How far the drill is; each has its own way on. */
export type Stage =
  /** It is being stopped and taken away. */
  | 'losing'
  /** It is gone, and an empty server is being made. */
  | 'lost'
  /** An empty server is being set up. */
  | 'empty'
  /** It is set up, and the backup is being restored. */
  | 'restoring'
  /** All is back. */
  | 'restored';

export interface Scene {
  /** The database host's name in buka.yml. */
  readonly host: string;
  readonly database: string;
  readonly server: DatabaseServer;
  readonly backup: BackupId;
  /** Undefined where the data was deleted. */
  readonly aside: string | undefined;
  readonly stamp: string;
}

export function leftAt(stage: Stage, scene: Scene): Left {
  const { host, database, server, backup, aside } = scene;
  const data = aside === undefined ? 'its data is deleted' : `its data is whole, in ${aside}`;
  const provision = `\`buka provision ${host}\``;
  const restore = `\`buka restore ${backup}\``;
  const undo =
    aside === undefined ? '' : ` Or back to the data from before, as root on ${host}:\n    ${undoCommand(scene)}`;
  switch (stage) {
    case 'losing':
      return {
        left: `PostgreSQL on ${host} may be stopped, and ${aside === undefined ? 'its data deleted' : `its data be in ${aside}`}: the app has no database then.`,
        hint:
          aside === undefined
            ? `\`pg_lsclusters\` on ${host} tells. ${onward(scene)}`
            : `Back to as it was, as root on ${host}:\n    ${undoCommand(scene)}`,
      };
    case 'lost':
      return {
        left: `THE APP HAS NO DATABASE: PostgreSQL on ${host} is gone; ${data}.`,
        hint: `${onward(scene)}${undo}`,
      };
    case 'empty':
      return {
        left: `THE APP HAS NO DATABASE: on ${host} is a new, empty PostgreSQL ${server.version}; ${data}.`,
        hint: `${provision}, then ${restore}.${undo}`,
      };
    case 'restoring':
      return {
        left: `THE APP MAY HAVE NO DATABASE: PostgreSQL on ${host} is new and set up, and ${backup} was being restored; ${data}.`,
        hint: `\`buka restore ${backup} --dry-run\` tells whether ${database} is there. If not: ${restore}.${undo}`,
      };
    case 'restored':
      return {
        left: `${database} on ${host} is restored from ${backup}; ${data}.`,
        hint: `\`buka status\` tells what is wrong; \`systemctl restart\` the app on a worker that doesn't connect again by itself.${undo}`,
      };
  }
}

/** From no server at all to where `buka provision` goes on. */
function onward(scene: Scene): string {
  const { host, server, backup, stamp } = scene;
  const { version, name, settings } = server;
  const meanwhile = settingsMeanwhile(stamp);
  return `The way on, as root on ${host}, with the settings (in ${settings}, or ${meanwhile}) put away, and back after the first command: \`pg_createcluster ${version} ${name}\`, \`systemctl start postgresql@${version}-${name}\`; then \`buka provision ${host}\`, \`buka restore ${backup}\`.`;
}

/**
 * Puts the lost data back in its place. It can be typed at any moment after the drill began, and twice; what was written
 * since is put aside, not deleted.
 */
export function undoCommand({ server, aside, stamp }: Pick<Scene, 'server' | 'aside' | 'stamp'>): string {
  const { version, name, data, settings } = server;
  const unit = `postgresql@${version}-${name}`;
  const meanwhile = settingsMeanwhile(stamp);
  return [
    `[ ! -d ${meanwhile} ] || { rm -rf ${settings}; mv -T ${meanwhile} ${settings}; }`,
    `[ ! -d ${aside} ] || { systemctl stop ${unit}; [ ! -e ${data} ] || mv -T ${data} ${data}.drill-${stamp}; mv -T ${aside} ${data}; }`,
    `systemctl start ${unit}`,
  ].join('; ');
}
