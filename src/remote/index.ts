export { become } from './become';
export { type ConnectionOptions, Connections, type Dial } from './connections';
export type { Credentials } from './credentials';
export { fields, lastWords, lines, type Output, rows, succeeded } from './output';
export { knownKeys, loginKeys } from './own-keys';
export type { Remote, RunOptions } from './remote';
export { type Script, script } from './script';
