import { point } from './point';
import { walKeep } from './wal-keep';
import { walReceive } from './wal-receive';

/**
 * The continuous mode on the backup server: the write-ahead log is received as it is written; a backup is a base and a
 * named point in the log after it. A log is kept in streams: one belongs to one history of one server, without gaps, and
 * another one is begun where that ends, as it does in a restore.
 */
export const continuous = walReceive + point + walKeep;
