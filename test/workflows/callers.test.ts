import { calleeOf, callers, type Input, type Job, type Permissions, reusable, type Workflow } from './files';

const jobs = [...callers.values()].flatMap((caller) =>
  Object.entries(caller.jobs).map(([name, job]) => ({ path: caller.path, caller, name, job })),
);

/** The callee, and what it says about its call. */
function called(job: Job) {
  const callee = calleeOf(job);
  if (callee?.on.workflow_call === undefined) throw new Error(`${job.uses} is no reusable workflow of this repository`);
  return { callee, ...callee.on.workflow_call };
}

test('each reusable workflow has one to copy, of the same name, and the other way round', () => {
  expect([...callers.keys()].sort()).toEqual([...reusable.keys()].sort());
  for (const [name, { text }] of callers) expect(text).toMatch(`# Copy to .github/workflows/${name}.yml.`);
});

test.each(jobs)('$path calls the reusable workflow of its own name, at v1', ({ caller, job }) => {
  expect(called(job).callee.path).toBe(`.github/${caller.path}`);
});

test.each(jobs)('$path gives inputs that there are, of their type, and all that are required', ({ caller, job }) => {
  const { inputs } = called(job);
  for (const [name, value] of Object.entries(job.with ?? {})) {
    const input = inputs[name];
    expect([name, input?.type]).toEqual([name, typeOf(value, caller)]);
  }
  const required = Object.keys(inputs).filter((name) => inputs[name]?.required);
  expect(Object.keys(job.with ?? {})).toEqual(expect.arrayContaining(required));
});

test.each(jobs)('$path passes each secret under the name that the environment has for it, and no other', ({ job }) => {
  // An environment's secret replaces one of the same name that was passed, and no other.
  const expected = Object.keys(called(job).callee.on.workflow_call?.secrets ?? {}).map((name) => [
    name,
    `\${{ secrets.${name} }}`,
  ]);
  expect(job.secrets ?? {}).toEqual(Object.fromEntries(expected));
});

test.each(jobs)('$path gives the permissions that the jobs of its callee need, and no more', ({ caller, job }) => {
  expect(caller.permissions).toEqual({});
  expect(job.permissions).toEqual(
    most(Object.values(called(job).callee.jobs).map(({ permissions = {} }) => permissions)),
  );
});

test.each(jobs)(
  '$path and its callee are in no common concurrency group, which would wait for itself',
  ({ caller, job }) => {
    const inner = Object.values(called(job).callee.jobs).map(({ concurrency }) => fill(concurrency?.group, job));
    const outer = [caller.concurrency?.group, job.concurrency?.group];
    for (const group of outer) if (group !== undefined) expect(inner).not.toContain(group);
  },
);

test.each(jobs)('$path cancels no run that reaches a host, and drops none that waits', ({ caller, job }) => {
  if (
    caller.concurrency === undefined ||
    Object.values(called(job).callee.jobs).every(({ environment }) => !environment)
  )
    return;
  expect(caller.concurrency).toMatchObject({ 'cancel-in-progress': false, queue: 'max' });
});

test('a deploy and a set-up of the machines take turns; a rollback waits for no deploy that nobody approved', () => {
  const groupOf = (name: string) => callers.get(name)?.concurrency?.group;
  expect(groupOf('provision')).toBe(groupOf('deploy'));
  expect(groupOf('rollback')).toBeUndefined();
});

test('"Run workflow" asks for what a rollback needs', () => {
  const asked = callers.get('rollback')?.on.workflow_dispatch?.inputs ?? {};
  expect(asked).toMatchObject({
    environment: { type: 'environment', required: true },
    release: { type: 'string' },
    reason: { type: 'string', required: true },
  });
});

const level = { read: 1, write: 2 };

/** The least that contains them all. */
function most(all: readonly Permissions[]): Permissions {
  const result: Record<string, 'read' | 'write'> = {};
  for (const [name, value] of all.flatMap((one) => Object.entries(one)))
    if (level[value] > level[result[name] ?? 'read'] || !(name in result)) result[name] = value;
  return result;
}

/** The type that GitHub will find in a value: of an expression, by what stands in it. */
function typeOf(value: unknown, { on }: Workflow): string {
  if (typeof value !== 'string') return typeof value;
  const [, asked = ''] = /^\$\{\{ inputs\.([\w-]+)(?: \|\| .*)? \}\}$/.exec(value) ?? [];
  const type = on.workflow_dispatch?.inputs?.[asked]?.type;
  if (type !== undefined) return type === 'environment' || type === 'choice' ? 'string' : type;
  return /^\$\{\{ .*==.* \}\}$/.test(value) ? 'boolean' : 'string';
}

/** A callee's group as it is for this caller. */
function fill(group: string | undefined, job: Job): string | undefined {
  const { inputs } = called(job);
  return group?.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => {
    const input: Input | undefined = inputs[name];
    return String(job.with?.[name] ?? input?.default ?? '');
  });
}
