export type * from './cluster';
export { ClusterFileError, type FileProblem, loadCluster, parseCluster } from './load';
export { jsonSchema } from './schema';
