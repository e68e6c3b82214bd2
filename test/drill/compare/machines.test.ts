import { execFileSync } from 'node:child_process';
import { lookAtProcessors, type Machine, sharingOf, THIS_MACHINE } from '../../../src/drill/compare/machines';
import { sharingWords } from '../../../src/drill/compare/sharing-words';
import { machine } from './played';

const own = (name: string, more: Partial<Machine> = {}) =>
  machine({ name, virtualization: 'none', container: false, kernel: `Linux of ${name}`, memory: name, ...more });
const virtual = (name: string) => own(name, { virtualization: 'kvm' });
const inContainer = (name: string, more: Partial<Machine> = {}) => machine({ name, ...more });
const groupsOf = (...machines: Machine[]) => sharingOf(machines).groups.map((group) => group.machines);
const told = (machines: Machine[], unknown: string[] = []) =>
  sharingWords(
    sharingOf(machines, unknown),
    machines.map(({ name }) => name).filter((name) => name.startsWith('worker')),
  );

it('what a machine is asked has an answer on this one', () => {
  const { text, parse } = lookAtProcessors('worker1');
  const stdout = execFileSync('sh', ['-euc', text], { encoding: 'utf8' });
  const seen = parse({ status: 0, stdout, stderr: '' });
  expect(seen.name).toBe('worker1');
  expect(seen.processors).toBeGreaterThan(0);
  expect(seen.started).toBeGreaterThan(1e9);
  expect(seen.boot).toMatch(/^[0-9a-f-]{36}$/);
  expect(seen.kernel).toMatch(/^Linux /);
});

describe('machines share processors', () => {
  it('when they are of one boot', () => {
    expect(groupsOf(own('worker1', { boot: 'b' }), own('worker2', { boot: 'b' }), own('worker3'))).toEqual([
      ['worker1', 'worker2'],
      ['worker3'],
    ]);
  });

  it('when they are containers on one kernel, whatever boot each was given', () => {
    const here = own(THIS_MACHINE, { kernel: 'Linux 6.1 #1', memory: '8000000 kB', started: 1001 });
    expect(groupsOf(inContainer('worker1'), inContainer('worker2', { started: 1002 }), here)).toEqual([
      ['worker1', 'worker2', THIS_MACHINE],
    ]);
  });

  it('not when the kernels are of another time, kind or size', () => {
    const others = [{ started: 1003 }, { kernel: 'Linux 5.10 #1' }, { memory: '4000000 kB' }];
    for (const more of others)
      expect(groupsOf(inContainer('worker1'), inContainer('worker2', more))).toEqual([['worker1'], ['worker2']]);
  });

  it('not for looking alike, when none is a container', () => {
    const alike = { kernel: 'Linux 6.1 #1', memory: '8000000 kB', virtualization: 'kvm', container: false };
    expect(groupsOf(machine({ name: 'worker1', ...alike }), machine({ name: 'worker2', ...alike }))).toEqual([
      ['worker1'],
      ['worker2'],
    ]);
  });
});

describe('what is said of it', () => {
  it('a lab on this machine: who shares, and that workers and customers take from each other', () => {
    const sentences = told(['lb1', 'worker1', 'worker2', 'worker3', THIS_MACHINE].map((name) => inContainer(name)));
    expect(sentences[0]).toBe(
      'On one kernel, sharing its 2 processors (AMD EPYC): lb1, worker1, worker2, worker3 and this machine.',
    );
    expect(sentences[1]).toContain('3 workers have no more processors than one has here');
    expect(sentences[1]).toContain('is no multiple of that of one worker');
    expect(sentences[2]).toContain('The customers are made on the same processors');
    expect(sentences).toHaveLength(3);
  });

  it('machines of their own: that nothing is bent', () => {
    expect(told([own('lb1'), own('worker1'), own('worker2'), own(THIS_MACHINE)])).toEqual([
      'With processors of its own: lb1, worker1, worker2 and this machine.',
      'So no figure is bent by it.',
    ]);
  });

  it('virtual machines: that it can not be told, and what it would do', () => {
    const sentences = told([virtual('worker1'), virtual('worker2'), own(THIS_MACHINE)]);
    expect(sentences[0]).toBe(
      "In virtual machines (kvm): worker1 and worker2. From inside it can't be told who shares a physical processor with whom; whoever runs them knows.",
    );
    expect(sentences.at(-1)).toContain('Where workers share a physical processor');
  });

  it('a machine that could not be asked: that it is not known, and no all-clear', () => {
    const sentences = told([own('worker1'), own('worker2')], ['worker3']);
    expect(sentences).toContain('Could not be asked: worker3.');
    expect(sentences).not.toContain('So no figure is bent by it.');
  });

  it('a machine without systemd-detect-virt, and a container by itself: that it is not known', () => {
    const sentences = told([own('worker1', { virtualization: '' }), inContainer('worker2')]);
    expect(sentences).toContain('Not known whether it is virtual: worker1.');
    expect(sentences).toContain(
      'In a container, sharing the processors of its host with whatever else runs there: worker2.',
    );
  });
});
