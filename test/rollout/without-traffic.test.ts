import type { Host } from '../../src/cluster';
import { BukaError } from '../../src/errors';
import type { Remote } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { type Context, withoutTraffic } from '../../src/rollout';
import { milliseconds } from '../../src/units';
import { clusterOf, observationOf, type WorkerShape } from './ground';

/** A played cluster: what its hosts were told, in order, and how a worker is while it is changed. */
class Ground {
  readonly done: string[] = [];
  readonly reporter = new RecordingReporter();
  readonly cluster = clusterOf({ loadBalancers: 1 });
  shapes: Record<string, WorkerShape> = {};
  /** What scripts answer instead, by name. */
  readonly answers = new Map<string, () => unknown>();

  get context(): Context {
    const { cluster, reporter } = this;
    return { cluster, reporter, run: { id: 'run', by: 'ann' }, remote: async (host) => this.remoteOf(host) };
  }

  private remoteOf(host: Host): Remote {
    return { host, run: async (script) => this.answer(host.name, script.name) as never };
  }

  private answer(host: string, script: string): unknown {
    const seen = observationOf(this.cluster, this.shapes);
    const [verb = ''] = script.split(' ');
    if (['drain', 'maintain', 'check', 'readmit', 'lock', 'unlock'].includes(verb))
      this.done.push(`${host}: ${script}`);
    const other = this.answers.get(script);
    if (other !== undefined) return other();
    const answers: Record<string, unknown> = {
      lock: { kind: 'acquired', from: undefined },
      'observe releases': seen.workers.get(host)?.releases,
      observe: seen.workers.get(host)?.probe,
      'observe the load balancer': seen.loadBalancers.get(host),
      drain: { kind: 'drained', waited: milliseconds(1) },
      maintain: { cut: 0 },
      check: { passed: true, seen: '' },
    };
    return answers[script] ?? answers[verb];
  }

  change(workers: readonly string[], how: (worker: string) => Promise<void> = async () => {}): Promise<void> {
    return withoutTraffic(this.context, workers, async (worker) => {
      this.done.push(`change ${worker}`);
      await how(worker);
    });
  }

  /** Without the locks. */
  get moves(): string[] {
    return this.done.filter((one) => !/lock/.test(one));
  }
}

const moved = (worker: string) => [
  ...[`lb1: drain ${worker}`, `lb1: maintain ${worker}`, `change ${worker}`],
  ...[`lb1: check ${worker}`, `lb1: readmit ${worker}`],
];
const broken = new BukaError({ code: 'not-taken', message: 'pos.service does not work with it.' });

it('each worker is changed while it has no traffic, and has it again before the next one goes', async () => {
  const ground = new Ground();
  await ground.change(['worker2', 'worker1']);
  expect(ground.moves).toEqual([...moved('worker2'), ...moved('worker1')]);
  expect(ground.done.slice(0, 3)).toEqual(['worker1: lock', 'worker2: lock', 'worker3: lock']);
  expect(ground.done.slice(-3).every((one) => one.includes('unlock') || one.includes('lock release'))).toBe(true);
});

it('a worker on which the change fails gets its traffic back, and no other one is touched', async () => {
  const ground = new Ground();
  const work = ground.change(['worker1', 'worker2'], async () => {
    throw broken;
  });
  await expect(work).rejects.toBe(broken);
  expect(ground.moves).toEqual(moved('worker1'));
});

it('a worker that is not fit after a change that failed gets no traffic, and why it failed is what is told', async () => {
  const ground = new Ground();
  ground.answers.set('check worker1', () => ({ passed: false, seen: 'DOWN' }));
  const work = ground.change(['worker1', 'worker2'], async () => {
    throw broken;
  });
  await expect(work).rejects.toBe(broken);
  expect(ground.moves).not.toContain('lb1: readmit worker1');
});

it('a worker whose drain fails has its traffic back, unchanged', async () => {
  const ground = new Ground();
  ground.answers.set('maintain worker1', () => {
    throw new BukaError({ code: 'not-applied', message: 'it did not' });
  });
  await expect(ground.change(['worker1'])).rejects.toMatchObject({ code: 'not-applied' });
  expect(ground.moves).toEqual(['lb1: drain worker1', 'lb1: maintain worker1', 'lb1: readmit worker1']);
});

it('no worker is drained where too few would be left', async () => {
  const ground = new Ground();
  ground.shapes = { worker3: { rotation: 'down' } };
  await expect(ground.change(['worker1'])).rejects.toMatchObject({
    code: 'too-few-available',
    failure: { left: 'worker1 was not touched.' },
  });
  expect(ground.moves).toEqual([]);
});

it('a worker that somebody else drained stays drained', async () => {
  const ground = new Ground();
  ground.shapes = { worker1: { active: 'r1' as never, running: 'r1' as never, rotation: 'others' } };
  await ground.change(['worker1']);
  expect(ground.moves).toEqual(['change worker1']);
});
