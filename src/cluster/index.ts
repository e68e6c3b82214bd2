export { bracketed } from './addresses';
export type * from './cluster';
export { ClusterFileError, type FileProblem, loadCluster, parseCluster } from './load';
export { publicUrl } from './public-url';
export { jsonSchema } from './schema';
