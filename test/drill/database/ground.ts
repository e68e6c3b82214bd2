import { createHash } from 'node:crypto';
import type { Cluster, Host } from '../../../src/cluster';
import { type DatabaseLossOptions, databaseLoss } from '../../../src/drill';
import type { BukaError } from '../../../src/errors';
import { type Facts, hbaLine, setupsOf } from '../../../src/provision';
import type { Output, Remote, RunOptions, Script } from '../../../src/remote';
import type { Context } from '../../../src/rollout';
import { seconds } from '../../../src/units';
import { manifestOf, RestoreGround } from '../../backup/restore-ground';

const facts: Facts = {
  postgresMajor: '15',
  restoreKey: 'ssh-ed25519 AAAAdb',
  hostKeys: ['ssh-ed25519 AAAAe'],
  authorizedKeys: '',
};
const db1: Host = { name: 'db1', address: '192.0.2.31', port: 22, user: 'deploy' };

/** The played cluster of the restore's tests, with root on its database host and its backup server. */
export class DrillGround {
  readonly restore = new RestoreGround();
  /** What root's scripts are, in order, but for those that only look; and what the hosts' programs were asked. */
  readonly done: string[] = [];
  readonly opened: Host[] = [];
  /** Root's scripts that fail, by name. */
  readonly failing = new Set<string>();
  /** Missing on the database host, as a survey finds it. */
  missing: string | undefined;
  server: Record<string, string> = {
    ...{ known: '15 main /var/lib/postgresql/15/main', data: '/var/lib/postgresql/15/main', movable: 'yes' },
    ...{ config: '/etc/postgresql/15/main/postgresql.conf', databases: '["postgres","shop"]', among: '[]' },
    ...{ encoding: 'UTF8', collate: 'en_US.UTF-8', ctype: 'en_US.UTF-8', checksums: 'off' },
    ...{ size: '500000', free: '9000000' },
  };
  lost = ['row\t1204\tpublic.sales', 'row\t7\tpublic.carts', 'held\tyes', 'lost\t2026-11-28T00:15:01.500Z', 'gone'];
  /** Values of the script that loses the database. */
  losing: Readonly<Record<string, string>> = {};
  /** Called before a script of root's that changes something. */
  whenDone: (name: string) => unknown = () => {};
  state: 'there' | 'gone' | 'empty' | 'set up' = 'there';
  readonly cluster: Cluster;
  readonly context: Context;

  constructor() {
    const { context } = this.restore;
    const { cluster } = context;
    const { backup, database, hosts } = cluster;
    if (backup === undefined || database === undefined) throw new Error('the cluster has backups');
    this.cluster = {
      ...cluster,
      hosts: new Map([...hosts, ['db1', db1], ['backup1', backup.host]]),
      database: { ...database, host: db1 },
    };
    this.context = { ...context, cluster: this.cluster, remote: async (host) => this.remoteOf(host) };
    this.restore.whenAsked = async (what) => {
      if (what === 'list') return;
      this.done.push(what);
      // Nothing can be loaded into a server that isn't there, or that a restore wasn't set up for.
      if (what === 'load' && this.state !== 'set up') throw new Error(`loaded while it is ${this.state}`);
      if (what === 'look' && this.state !== 'there')
        this.restore.look = ['current {"exists":false,"bytes":0,"tables":{}}', `manifest ${manifestOf()}`];
      if (what === 'load') await context.clock?.sleep(seconds(8));
      if (what === 'swap') await context.clock?.sleep(seconds(2));
    };
  }

  drill(options: Partial<DatabaseLossOptions> = {}) {
    return databaseLoss(this.context, { confirm: 'pos/db1', user: 'root', really: false, ...options });
  }

  /** The failure that it ends with. */
  async failure(options: Partial<DatabaseLossOptions> = {}): Promise<BukaError['failure'] | undefined> {
    return this.drill(options).then(
      () => undefined,
      (error: BukaError) => error.failure,
    );
  }

  get told(): string {
    return this.restore.reporter.lines.join('\n');
  }

  private async remoteOf(host: Host): Promise<Remote> {
    this.opened.push(host);
    if (host.user !== 'root') return this.restore.context.remote(host);
    return { host, run: (script, options) => this.asRoot(host, script, options) };
  }

  private async asRoot<T>(host: Host, script: Script<T>, options: RunOptions = {}): Promise<T> {
    const look = this.lookAs(host, script);
    if (look !== undefined) return look as T;
    const { name } = script;
    if (!name.startsWith('look')) {
      this.done.push(name);
      await this.whenDone(name);
    }
    if (this.failing.has(name)) return script.parse({ status: 1, stdout: '', stderr: 'it broke' });
    const said = await this.answer(name, script.values);
    for (const line of said) options.onLine?.(line);
    const output: Output = { status: 0, stdout: said.map((line) => `${line}\n`).join(''), stderr: '' };
    return script.parse(output);
  }

  private async answer(name: string, values: Readonly<Record<string, string>>): Promise<string[]> {
    const takes = async (time: number) => this.context.clock?.sleep(seconds(time));
    switch (name) {
      case 'look at PostgreSQL':
        return Object.entries(this.server).map(([key, value]) => `${key}=${value}`);
      case 'lose the database':
        this.losing = values;
        await takes(1);
        this.state = 'gone';
        return this.lost;
      case 'make a new PostgreSQL server':
        await takes(3);
        this.state = 'empty';
        return [];
      case 'role':
        await takes(1);
        this.state = 'set up';
        return [];
      case 'count rows':
        return ['row\t15\tpublic.sales'];
      case "reader's password":
        return [`${values.line}secret`];
      default:
        throw new Error(`root is not asked for ${name}`);
    }
  }

  /** What a look of `provision` finds: all that it wants, but for what is missing, and the role that a new server lacks. */
  private lookAs({ name: host }: Host, { name, values }: Script<unknown>): unknown {
    if (name !== 'look') return undefined;
    if ('authorized' in values)
      return { ...facts, reading: { kind: this.state === 'there' || this.state === 'set up' ? 'works' : 'refused' } };
    if ('known' in values) {
      const reader = this.state === 'there' || this.state === 'set up';
      const hba = { path: '/hba', content: hbaLine(this.cluster) };
      const postgres = { kind: this.state === 'gone' ? 'down' : 'up', seen: '', major: '15', reader, hba };
      return { restoreKey: facts.restoreKey, postgres, source: { kind: 'reached' } };
    }
    if ('address' in values) return {};
    const setups = setupsOf(this.cluster, host, facts);
    const sha = (content: string) => createHash('sha256').update(content).digest('hex');
    const places: [string, object][] = setups.flatMap(({ preparation, folders, files, secrets }) => [
      ...folders.map((one): [string, object] => [one.path, { ...one, kind: 'folder', content: '-' }]),
      ...[...preparation, ...files].map((one): [string, object] => [
        one.path,
        { ...one, kind: 'file', content: sha(one.content) },
      ]),
      ...secrets.map((one): [string, object] => [one.path, { ...one, kind: 'file', content: 'there' }]),
    ]);
    return {
      places: new Map(places.filter(([path]) => path !== this.missing)),
      packages: new Set(setups.flatMap(({ packages }) => packages.map((one) => one.name))),
      accounts: new Map([
        ...setups.flatMap(({ accounts }) => accounts.map((one): [string, object] => [one.name, { ...one, id: 200 }])),
        ...setups.flatMap(({ users }) => users.map((one): [string, object] => [one, {}])),
      ]),
      units: new Map(setups.flatMap(({ units }) => units).map((unit) => [unit, { enabled: true, running: true }])),
      claims: new Map(),
    };
  }
}
