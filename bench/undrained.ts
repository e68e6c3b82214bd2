import type { Lab } from '../lab';
import { type Duration, milliseconds } from '../src/units';

/** Restarts the service on a worker and prints the milliseconds until it is ready; runs there, under its own Node. */
const restart = `
const { execFileSync } = require('node:child_process');
const [unit, url] = process.argv.slice(2); // after node and "-"
const start = performance.now();
execFileSync('systemctl', ['restart', unit]);
(async () => {
  while (performance.now() - start < 30000) {
    const ready = await fetch(url).then((response) => response.ok, () => false);
    if (ready) return console.log(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  process.exit(1);
})();`;

/**
 * How long a restart of the service takes until it is ready: the app's own start, where nobody uses it.
 * @throws Error when it isn't ready within 30 s
 */
export async function restartWorker(lab: Lab, worker: string): Promise<Duration> {
  const { unit, port, health } = lab.cluster.workers;
  const command = `exec /usr/local/bin/node - '${unit}' 'http://127.0.0.1:${port}${health}'`;
  const { status, stdout, stderr } = await lab.shell(worker, command, { input: restart });
  if (status !== 0) throw new Error(`${worker} was not ready again within 30 s. ${stderr.trim()}`);
  return milliseconds(Number(stdout));
}

/**
 * A rollout with the draining left out, as a script does it that knows of no load balancer: worker by worker the
 * symlink, the restart, the wait for readiness. Then it waits until the load balancers have seen the worker again, so
 * that what fails does so for want of a drain and of nothing else.
 */
export async function rollWithoutDrain(lab: Lab, release: string): Promise<void> {
  const { hosts, root } = lab.cluster.workers;
  for (const { name } of hosts) {
    const switchOver = `cd '${root}' && ln -s 'releases/${release}/tree' .undrained && mv -T .undrained current`;
    const { status, stderr } = await lab.shell(name, switchOver);
    if (status !== 0) throw new Error(`${name} did not switch to ${release}: ${stderr.trim()}`);
    await restartWorker(lab, name);
    await new Promise((resolve) => setTimeout(resolve, 3000)); // checked every 0.5 s, up after two that pass
  }
}
