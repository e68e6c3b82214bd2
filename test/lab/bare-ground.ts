import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { down, insideNetwork, type Lab, up } from '../../lab';
import { exec, type Output } from '../../lab/exec';

const root = join(import.meta.dirname, '../..');

interface BareLayout {
  readonly name: string;
  readonly fixture: string;
  readonly app: string;
  readonly suite?: string;
}

/** Machines on which nothing is but sshd, and an app's folder with a `buka.yml` that is about them. */
export class BareGround {
  private constructor(
    readonly lab: Lab,
    private readonly folder: string,
  ) {}

  /**
   * @param fixture in `fixtures/`, with `ssh: { user: deploy }`
   * @param app the text of `dist/server.js`
   * @param suite code name of the machines' release; this machine's own unless it is told
   */
  static async lay({ name, fixture, app, suite }: BareLayout): Promise<BareGround> {
    const file = join(import.meta.dirname, 'fixtures', fixture);
    await down(name);
    const lab = await up({ name, cluster: file, bare: true, suite });
    const folder = join(lab.folder, 'app');
    await exec('mkdir', ['-p', join(folder, 'dist')]);
    writeFileSync(join(folder, 'dist/server.js'), app);
    const key = readFileSync(`${lab.privateKeyFile}.pub`, 'utf8').trim();
    const cluster = readFileSync(file, 'utf8');
    writeFileSync(
      join(folder, 'buka.yml'),
      cluster.replace('{ user: deploy }', `{ user: deploy, authorized-keys: ['${key}'] }`),
    );
    return new BareGround(lab, folder);
  }

  /** The command, as from the runner. */
  async buka(...words: string[]): Promise<Output> {
    const access = ['-C', this.folder, '--key', this.lab.privateKeyFile, '--known-hosts', this.lab.knownHostsFile];
    const cli = [process.execPath, '--import', 'tsx', join(root, 'src/cli/main.ts')];
    const [command, args] = insideNetwork(this.lab.name, [...cli, ...words, ...access]);
    return exec(command, args, { env: { ...process.env, PWD: root } });
  }

  /** What a customer gets, through the load balancers. */
  async ask(address: string): Promise<string> {
    const text = `fetch('http://${address}/').then((one) => one.text()).then((text) => process.stdout.write(text))`;
    return (await this.lab.execInNetwork([process.execPath, '-e', text])).stdout;
  }

  /** The load balancers take a moment to see that an app can serve again. */
  async askUntil(address: string, wanted: string): Promise<string> {
    const until = Date.now() + 30_000;
    while ((await this.ask(address)) !== wanted && Date.now() < until);
    return this.ask(address);
  }

  async shell(host: string, text: string): Promise<string> {
    const { status, stdout, stderr } = await this.lab.shell(host, text);
    if (status !== 0) throw new Error(`${host}: ${text}: ${stderr}`);
    return stdout;
  }

  /** The line of the worker's env file that says where the database is. */
  line(worker: string): Promise<string> {
    return this.shell(worker, "grep '^DATABASE_URL=' /etc/pos/env");
  }
}
