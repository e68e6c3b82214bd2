/**
 * Arrows point one way: actions, cli -> use cases -> load-balancer -> remote, cluster -> units, errors, reporter.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const useCases = 'rollout|backup|provision|slo|alerts|drill|release|maintenance|init|doctor';
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule('no-circular', 'A cycle has no first page to read.', {}, { circular: true }),
    rule(
      'foundations-stand-alone',
      'units, errors and reporter import no folder.',
      { path: '^src/[^/]+\\.ts$' },
      { path: '^src/[^/]+/' },
    ),
    rule(
      'cluster-is-plain-data',
      'The model knows no other part.',
      { path: '^src/cluster/' },
      { path: '^src/(?!cluster/)[^/]+/' },
    ),
    rule(
      'remote-knows-only-cluster',
      'SSH knows nothing of releases or load balancers.',
      { path: '^src/remote/' },
      { path: '^src/(?!remote/|cluster/)[^/]+/' },
    ),
    rule(
      'load-balancer-below-use-cases',
      'Drivers serve the use cases.',
      { path: '^src/load-balancer/' },
      { path: '^src/(?!load-balancer/|remote/|cluster/)[^/]+/' },
    ),
    rule(
      'use-cases-below-entries',
      'A use case serves the action and the terminal alike.',
      { path: `^src/(${useCases})/` },
      { path: '^src/(actions|cli|github)/' },
    ),
    rule(
      'github-only-there',
      'The only place that knows it runs in a job.',
      { path: '^src/(?!github/)' },
      { path: 'node_modules/@(?:actions|octokit)/' },
    ),
    rule(
      'through-the-front-door',
      "Others import a folder's index only.",
      { path: '^src/([^/]+)/' },
      { path: '^src/([^/]+)/(?!index\\.ts$)', pathNot: '^src/$1/' },
    ),
    rule(
      'through-the-front-door-of-a-part',
      'So it is for the parts of the rollout.',
      { path: '^src/', pathNot: '^src/rollout/(lock|watch)/' },
      { path: '^src/rollout/(lock|watch)/(?!index\\.ts$)' },
    ),
    rule(
      'src-needs-no-lab',
      'What ships does not import what tests it.',
      { path: '^src/', pathNot: '^src/cli/' },
      { path: '^(lab|demo|test|bench)/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
