import { createHash } from 'node:crypto';
import { backupProgram } from './backup';
import { restoreProgram } from './restore';

export { backupProgram, restoreProgram };

const version = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** What each program is known by: one of another version may mean something else by the same words. */
export const programVersion = { backup: version(backupProgram), restore: version(restoreProgram) };
