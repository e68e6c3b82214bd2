/** The steps of a rollout, in their order. A fault is injected when the step has begun, and before it has ended. */
export const steps = [
  'preflight',
  'lock',
  'stage',
  'migrate',
  'drain',
  'drained',
  'restart',
  'start',
  'check',
  'readmit',
  'between batches',
  'settle',
  'revert',
] as const;
export type Step = (typeof steps)[number];

export const faults = [
  'runner killed',
  'runner cut off',
  'job cancelled',
  'worker powered off',
  'worker cut off',
  'disk full',
  'app fails',
  'load balancer powered off',
  'load balancer reloaded',
  'database down',
  'SSH hangs',
] as const;
export type Fault = (typeof faults)[number];

export interface Cell {
  readonly step: Step;
  readonly fault: Fault;
}

/** Pairs that can't be told apart from another one, with the reason. */
export const leftOut: readonly (Cell & { readonly why: string })[] = (
  ['preflight', 'lock', 'stage', 'drain', 'drained'] as const
).map((step) => ({
  step,
  fault: 'app fails',
  why: 'no process of the release has run yet; it shows at the restart, or at the migration',
}));

export const cells: readonly Cell[] = steps.flatMap((step) =>
  faults
    .filter((fault) => !leftOut.some((pair) => pair.step === step && pair.fault === fault))
    .map((fault) => ({ step, fault })),
);

/** What `npm test` runs: one of each kind of rescue. */
export const sample: readonly Cell[] = [
  { step: 'drain', fault: 'runner killed' },
  { step: 'restart', fault: 'job cancelled' },
  { step: 'drain', fault: 'load balancer reloaded' },
  { step: 'start', fault: 'worker powered off' },
  { step: 'check', fault: 'SSH hangs' },
];
