import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { stringify } from 'yaml';
import { run } from './prometheus';

/** A real Alertmanager on this machine, that tells nobody. */
export class Alertmanager {
  private constructor(
    readonly url: string,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<Alertmanager> {
    // Says where it comes from, where it isn't there.
    run('amtool', ['--version']);
    const folder = mkdtempSync(join(tmpdir(), 'buka-alertmanager-'));
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    listener.close();
    const config = join(folder, 'config.yml');
    writeFileSync(config, stringify({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] }));
    const args = [`--config.file=${config}`, `--storage.path=${folder}/data`, '--cluster.listen-address='];
    const child = spawn('prometheus-alertmanager', [...args, `--web.listen-address=127.0.0.1:${port}`], {
      stdio: 'ignore',
    });
    const url = `http://127.0.0.1:${port}`;
    const made = new Alertmanager(url, async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    });
    for (let tries = 0; tries < 300; tries += 1) {
      const { ok = false } = await fetch(`${url}/-/ready`).catch(() => ({ ok: false }));
      if (ok) return made;
      await setTimeout(100);
    }
    await made.stop();
    throw new Error('Alertmanager does not start');
  }

  amtool(...words: string[]): string {
    return run('amtool', [`--alertmanager.url=${this.url}`, ...words]).trim();
  }
}
