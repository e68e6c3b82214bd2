import { actions, type Job, ownAction, reusable, type Step, stepsOf } from './files';

const all = [...reusable.entries()].map(([name, workflow]) => ({ name, workflow }));
const own = all.flatMap(({ name, workflow }) =>
  stepsOf(workflow).flatMap(({ job, step }) => {
    const action = ownAction(step);
    return action === undefined ? [] : [{ name, job, step, action }];
  }),
);

/** Paths on a runner that is gone afterwards; what they hold is an artifact. */
const paths = new Set(['archive', 'report', 'page', 'badge']);

test.each(all)('$name calls actions of its own repository, at its own commit', ({ workflow }) => {
  expect(stepsOf(workflow).some(({ step }) => ownAction(step) !== undefined)).toBe(true);
  for (const { step } of stepsOf(workflow)) expect(step.uses ?? '').not.toMatch(/^\.\/|simplifypos\/buka/);
});

test.each(own)('$name gives actions/$action.name inputs that it has, and all that are required', ({ step, action }) => {
  const given = Object.keys(step.with ?? {});
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(given));
  const required = Object.keys(action.inputs).filter((name) => action.inputs[name]?.required);
  expect(given).toEqual(expect.arrayContaining(required));
});

/**
 * What the workflows decide themselves. A comment on a pull request takes a right to write, which a job that runs other
 * people's code is not given.
 */
const decided = new Set(['archive', 'token', 'attested-by', 'comment']);

/** Those that do several things with one action have inputs of their own. */
const plain = own.filter(({ name }) => name !== 'restore-drill');

test.each(plain)('$name lets its caller give each input of actions/$action.name', ({ name, step, action }) => {
  const { inputs = {}, secrets = {} } = reusable.get(name)?.on.workflow_call ?? {};
  for (const [input, { default: value, required = false }] of Object.entries(action.inputs)) {
    const given = step.with?.[input];
    if (decided.has(input)) continue;
    const secret = /^\$\{\{ secrets\.(\w+) \}\}$/.exec(String(given))?.[1];
    if (secret !== undefined) expect(Object.keys(secrets)).toContain(secret);
    else {
      expect([input, given]).toEqual([input, `\${{ inputs.${input} }}`]);
      expect([input, inputs[input]?.required ?? false]).toEqual([input, required]);
      // A report that nobody looks at should be heard of, and a set-up is looked at first.
      if (!['fail-on', 'check'].includes(input)) expect(String(inputs[input]?.default ?? '')).toBe(value ?? '');
    }
  }
});

test.each(all)('$name uses each of its inputs and secrets, and none that it does not have', ({ workflow }) => {
  const used = (context: string) => new Set([...matches(new RegExp(`\\b${context}\\.([\\w-]+)`, 'g'), workflow.text)]);
  const { inputs = {}, secrets = {} } = workflow.on.workflow_call ?? {};
  expect([...used('inputs')].sort()).toEqual(Object.keys(inputs).sort());
  expect([...used('secrets')].sort()).toEqual(Object.keys(secrets).sort());
});

test.each(all)('$name describes each input, secret and output, with a type and a default', ({ workflow }) => {
  const { inputs = {}, secrets = {}, outputs = {} } = workflow.on.workflow_call ?? {};
  for (const [name, input] of Object.entries(inputs)) {
    expect([name, input.type]).toEqual([name, expect.stringMatching(/^(?:string|boolean|number)$/)]);
    if (!input.required) expect([name, typeof input.default]).toEqual([name, input.type]);
  }
  for (const one of [...Object.values(inputs), ...Object.values(secrets), ...Object.values(outputs)])
    expect(one.description).toMatch(/\.$/);
});

test.each(all)('$name demands no secret by itself, since a caller sees none of an environment', ({ workflow }) => {
  for (const { required } of Object.values(workflow.on.workflow_call?.secrets ?? {})) expect(required).toBe(false);
});

test.each(all)('$name passes on what its jobs say, which pass on what their steps say', ({ workflow }) => {
  for (const { value } of Object.values(workflow.on.workflow_call?.outputs ?? {})) {
    const [, job = '', output = ''] = /^\$\{\{ jobs\.(\w+)\.outputs\.([\w-]+) \}\}$/.exec(value) ?? [];
    expect(Object.keys(workflow.jobs[job]?.outputs ?? {})).toContain(output);
  }
  for (const job of Object.values(workflow.jobs))
    for (const value of Object.values(job.outputs ?? {}))
      for (const [, id, output] of value.matchAll(/\bsteps\.(\w+)\.outputs\.([\w-]+)/g))
        expect(Object.keys(actionOf(job, id)?.outputs ?? {})).toContain(output);
});

test.each(plain)('$name forwards each output of actions/$action.name', ({ name, job, step, action }) => {
  // The release that a build made is the deploy's to report.
  if (name === 'deploy' && action.name === 'build') return;
  const workflow = reusable.get(name);
  for (const output of Object.keys(action.outputs).filter((one) => !paths.has(one))) {
    expect(workflow?.jobs[job]?.outputs?.[output]).toBe(`\${{ steps.${step.id}.outputs.${output} }}`);
    expect(workflow?.on.workflow_call?.outputs[output]?.value).toBe(`\${{ jobs.${job}.outputs.${output} }}`);
  }
});

test.each(all)('$name gives secrets to its own actions alone, in jobs of the environment', ({ workflow }) => {
  for (const { job, step } of stepsOf(workflow)) {
    if (!JSON.stringify(step).includes('secrets.')) continue;
    expect(ownAction(step)).toBeDefined();
    expect(workflow.jobs[job]?.environment?.name).toBe('${{ inputs.environment }}');
  }
});

test.each(all)('$name asks for permissions job by job, and for none beyond that', ({ workflow }) => {
  expect(workflow.permissions).toEqual({});
  for (const { permissions } of Object.values(workflow.jobs)) expect(permissions).toBeDefined();
});

test.each(all)(
  '$name cancels nothing that is under way, and drops nothing that would change a host',
  ({ name, workflow }) => {
    expect(workflow.concurrency).toBeUndefined();
    for (const { environment, concurrency } of Object.values(workflow.jobs)) {
      if (concurrency) expect(concurrency['cancel-in-progress']).toBe(false);
      // These only look.
      if (environment && !['slo-report', 'alerts'].includes(name)) expect(concurrency?.queue).toBe('max');
    }
  },
);

test('only what brings another release is a deployment in the history of the environment', () => {
  const deployments = all.flatMap(({ name, workflow }) =>
    Object.values(workflow.jobs).some(({ environment }) => environment && environment.deployment !== false)
      ? [name]
      : [],
  );
  expect(deployments).toEqual(['deploy', 'rollback']);
});

test('the job that builds can neither sign nor reach a host, and the action that deploys is told who must have signed', () => {
  const { build, attest, deploy } = reusable.get('deploy')?.jobs ?? {};
  expect(build).toMatchObject({ permissions: { contents: 'read' } });
  expect(build?.environment).toBeUndefined();
  expect(attest?.permissions).toEqual({ 'id-token': 'write', attestations: 'write' });
  expect(attest?.steps?.some(({ run, uses }) => run !== undefined || uses?.startsWith('$/'))).toBe(false);
  const withSecrets = (deploy?.steps ?? []).filter((step) => JSON.stringify(step).includes('secrets.'));
  expect(withSecrets.map(({ uses }) => uses)).toEqual(['$/actions/deploy']);
  // This repository's deploy.yml, whoever calls it.
  expect(withSecrets[0]?.with?.['attested-by']).toBe(
    "${{ inputs.provenance && 'simplifypos/buka/.github/workflows/deploy.yml' || '' }}",
  );
});

test('a restore drill refuses production before it does anything', () => {
  const [first] = reusable.get('restore-drill')?.jobs.drill?.steps ?? [];
  expect(first?.if).toBe("startsWith(inputs.environment, 'production')");
  expect(first?.run).toMatch(/exit 1\n$/);
});

function actionOf({ steps = [] }: Job, id: string | undefined) {
  const step: Step | undefined = steps.find((one) => one.id === id);
  return step && (ownAction(step) ?? actions.get(step.uses ?? ''));
}

const matches = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, name = '']) => name);
