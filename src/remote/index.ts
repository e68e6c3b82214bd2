export type { Remote, RunOptions } from './remote';
export type { Output, Script } from './script';
