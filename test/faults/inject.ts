import { setTimeout as sleep } from 'node:timers/promises';
import { insideNetwork, insideRunner } from '../../lab';
import { exec } from '../../lab/exec';
import type { Ground } from './ground';
import type { Fault } from './matrix';
import type { Run } from './run-of-action';

/** A fault that has really happened. */
export interface Injected {
  /** The machine that it is on; undefined for the runner's own. */
  readonly host?: string | undefined;
  readonly at: number;
  /** When what it broke was whole again. */
  mendedAt?: number;
  /** Workers that can't be well while it lasts. */
  readonly sick: readonly string[];
  /** What proves that it happened. */
  readonly proof: string;
  mend(): Promise<void>;
}

export interface Target {
  readonly worker: string;
  readonly balancer: string;
  /** Whose SSH sessions hang. */
  readonly session: string;
}

type Inject = (ground: Ground, run: Run, target: Target) => Promise<Injected>;

const none = async () => {};

/** A fault that can't be seen to have happened proves nothing. */
function must(happened: boolean, what: string): string {
  if (!happened) throw new Error(`The fault did not happen: ${what}`);
  return what;
}

/** Whether a TCP connection comes about within a second. */
async function reaches([program, args]: [string, string[]]): Promise<boolean> {
  return (await exec(program, args)).status === 0;
}
const dial = (address: string, port: number) => ['timeout', '1', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`];
const addressOf = (ground: Ground, host: string) => ground.lab.cluster.hosts.get(host)?.address ?? '';

const powerOff =
  (which: 'worker' | 'balancer'): Inject =>
  async (ground, _run, target) => {
    const host = target[which];
    const at = Date.now();
    await ground.lab.powerOff(host);
    const mend = async () => {
      await ground.lab.powerOn(host);
      await ground.lab.waitForSsh([host]);
    };
    const proof = must(!ground.lab.isOn(host), `${host} is off`);
    return { host, at, sick: which === 'worker' ? [host] : [], proof, mend };
  };

const inject: Readonly<Record<Exclude<Fault, 'app fails'>, Inject>> = {
  'runner killed': async (_ground, run) => {
    const at = Date.now();
    run.kill();
    while (!run.ended) await sleep(10);
    return { at, sick: [], proof: must(run.ended, 'the process was killed'), mend: none };
  },

  'runner cut off': async (ground) => {
    const { lab } = ground;
    const at = Date.now();
    await lab.cutRunner();
    const [worker] = lab.cluster.workers.hosts;
    const connects = await reaches(insideRunner(lab.name, dial(worker?.address ?? '', 22)));
    const mend = async () => {
      await lab.healRunner();
      // Neighbours that didn't answer are given up for a moment; mended is a network that works.
      for (const { address, port } of lab.machines)
        for (let left = 50; left > 0 && !(await reaches(insideRunner(lab.name, dial(address, port)))); left -= 1)
          await sleep(200);
    };
    const proof = must(!connects, 'the runner reaches no worker');
    return { at, sick: [], proof, mend };
  },

  'job cancelled': async (_ground, run) => {
    const at = Date.now();
    must(!run.ended, 'the run was there to be cancelled');
    await run.cancel();
    return { at, sick: [], proof: `the action ended ${Date.now() - at} ms after the SIGINT`, mend: none };
  },

  'worker powered off': powerOff('worker'),
  'load balancer powered off': powerOff('balancer'),

  'worker cut off': async (ground, _run, { worker: host }) => {
    const { lab } = ground;
    const at = Date.now();
    await lab.cut(host);
    const connects = await reaches(insideNetwork(lab.name, dial(addressOf(ground, host), 22)));
    const mend = async () => {
      await lab.heal(host);
      await lab.waitForSsh([host]);
    };
    return { host, at, sick: [host], proof: must(!connects, `${host} can't be reached`), mend };
  },

  'disk full': async (ground, _run, { worker: host }) => {
    const at = Date.now();
    await ground.lab.fillDisk(host);
    const { stderr } = await ground.lab.shell(host, 'head -c 65536 /dev/zero >/srv/probe; rm -f /srv/probe');
    const proof = must(/No space left/.test(stderr), `${host} says: ${stderr.trim()}`);
    return { host, at, sick: [], proof, mend: () => ground.lab.freeDisk(host) };
  },

  'load balancer reloaded': async (ground, _run, { balancer: host }) => {
    const processes = () => ground.root(host, `pgrep haproxy 2>/dev/null || grep -lx haproxy /proc/[0-9]*/comm`);
    const before = await processes();
    const at = Date.now();
    await ground.root(host, 'systemctl reload haproxy');
    // The new process comes a moment after the command has ended.
    let after = before;
    for (let left = 50; left > 0 && after === before; left -= 1) {
      after = await processes();
      if (after === before) await sleep(100);
    }
    return { host, at, sick: [], proof: must(before !== after, `${host} has a new HAProxy process`), mend: none };
  },

  'database down': async (ground) => {
    const { lab } = ground;
    const host = lab.cluster.database?.host.name ?? '';
    const at = Date.now();
    await ground.root(host, "systemctl stop 'postgresql@*'");
    const { status } = await lab.shell(host, 'pg_isready -q');
    const mend = async () => {
      await ground.root(host, 'systemctl start postgresql && until pg_isready -q; do sleep 0.1; done');
      // The first of all to be well again are the workers, by themselves.
      await ground.until(({ workers }) => workers.every(({ healthy }) => healthy), 20_000);
    };
    const sick = lab.cluster.workers.hosts.map(({ name }) => name);
    return { host, at, sick, proof: must(status !== 0, `pg_isready on ${host} says ${status}`), mend };
  },

  'SSH hangs': async (ground, run, { session: host }) => {
    const at = Date.now();
    // A busy machine takes a moment to stop a process; the state in /proc tells when it has.
    const freeze = `for comm in /proc/[0-9]*/comm; do
        read -r name 2>/dev/null <$comm && [ "$name" = sshd ] || continue
        dir=\${comm%/comm}; pid=\${dir#/proc/}
        case $(tr '\\0' ' ' <$dir/cmdline) in 'sshd: deploy'*) ;; *) continue ;; esac
        kill -STOP $pid || continue
        for i in $(seq 100); do
          if grep -q '^State:.T' $dir/status; then echo $pid; break; fi
          sleep 0.02
        done
      done 2>/dev/null; :`;
    let pids: string[] = [];
    // At the very start the connections are still being made.
    for (let attempt = 0; pids.length < 2 && attempt < 40 && !run.ended; attempt += 1) {
      if (attempt > 0) {
        run.resume();
        await sleep(25);
      }
      pids = (await ground.root(host, freeze)).split('\n').filter(Boolean);
    }
    const stopped = pids.length;
    const proof = must(stopped >= 1, `${stopped} processes of the runner's session on ${host} stand still`);
    const mend = async () => {
      await ground.lab.shell(host, `kill -CONT ${pids.join(' ')}`);
    };
    return { host, at, sick: [], proof, mend };
  },
};

export function injectFault(
  fault: Exclude<Fault, 'app fails'>,
  ground: Ground,
  run: Run,
  target: Target,
): Promise<Injected> {
  return inject[fault](ground, run, target);
}
