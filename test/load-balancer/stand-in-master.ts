import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface StandInServer {
  admin: number;
  inFlight: number;
  status: string;
  check: string;
  /** No check is configured. */
  unchecked?: boolean;
  /** Columns of `show stat` after the quoted ones: answers with 2xx and 5xx, failed, mean time. */
  counts?: readonly [number, number, number, number];
}

export interface StandInProcess {
  pid: number;
  old?: boolean;
  /** HAProxy before 2.5: a process that a reload left behind lists no server any more. */
  headerOnly?: boolean;
  servers: Record<string, StandInServer>;
}

/**
 * Answers as the master's command line of HAProxy versions that can't run here. Like the real one it reads one line, and
 * answers only once the client has closed its half of the connection.
 */
export class StandInMaster {
  readonly folder = mkdtempSync(join(tmpdir(), 'buka-master-'));
  readonly socket = join(this.folder, 'master.sock');
  readonly commands: string[] = [];
  processes: StandInProcess[] = [];
  version = '2.4.22';
  level = 'admin';
  /** Called before each answer, with how many came before. */
  beforeAnswer: (answered: number) => void = () => {};
  #answered = 0;
  #server: Server | undefined;

  async start(): Promise<void> {
    this.#server = createServer({ allowHalfOpen: true }, (connection) => {
      let line = '';
      connection.on('data', (data) => {
        line += data;
      });
      connection.on('end', () => {
        this.beforeAnswer(this.#answered++);
        const commands = line.split('\n')[0]?.split(';') ?? [];
        connection.end(commands.map((command) => `${this.#answer(command)}\n`).join(''));
      });
      connection.on('error', () => {});
    });
    await new Promise<void>((resolve) => this.#server?.listen(this.socket, resolve));
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server?.close(resolve));
    rmSync(this.folder, { recursive: true });
  }

  #answer(command: string): string {
    this.commands.push(command);
    if (command === 'show proc') return this.#showProc();
    if (command === 'show cli level') return `${this.level}\n`;
    if (command === 'show version') return `${this.version}\n`;
    const [, pid, text = ''] = /^@!(\d+) (.*)$/.exec(command) ?? [];
    const process = this.processes.find((one) => String(one.pid) === pid);
    if (process === undefined) return 'Unknown command\n';
    if (text === 'show backend') return '# name\npos\n';
    const rows = process.headerOnly ? [] : Object.entries(process.servers);
    if (text.startsWith('show servers state'))
      return `1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_check_state srv_agent_state\n${rows
        .map(([name, { admin, unchecked }]) => `3 pos 1 ${name} 10.0.0.1 2 ${admin} ${unchecked ? 0 : 6} 0\n`)
        .join('')}`;
    if (text.startsWith('show stat')) return this.#showStat(process, rows);
    const [, name = '', state] = /^set server pos\/(\S+) state (\S+)$/.exec(text) ?? [];
    const server = process.servers[name];
    if (server !== undefined && state !== undefined)
      server.admin = { ready: 0, drain: 8, maint: 1 }[state] ?? server.admin;
    return '';
  }

  #showProc(): string {
    const row = ({ pid, old }: StandInProcess) => `${pid} worker 1 ${old ? 1 : 0} 0d00h00m01s ${this.version}\n`;
    return [
      '#<PID> <type> <relative PID> <reloads> <uptime> <version>\n',
      `1 master 0 1 0d00h00m09s ${this.version}\n# workers\n`,
      ...this.processes.filter(({ old }) => !old).map(row),
      '# old workers\n',
      ...this.processes.filter(({ old }) => old).map(row),
      '# programs\n',
    ].join('');
  }

  /** The columns stand in another order than today's HAProxy has them. */
  #showStat(process: StandInProcess, rows: [string, StandInServer][]): string {
    const lines = rows.map(([name, { status, check, inFlight, counts = [0, 0, 0, 0] }]) => {
      const [ok, errors, failed, mean] = counts;
      return `pos,${name},${status},* ${check},0,${inFlight},1,0,,"not ""fit"", yet, or so",${failed},${ok},${errors},${mean},`;
    });
    if (!process.headerOnly) lines.push(`pos,BACKEND,UP,,0,0,${rows.length},0,,,0,0,0,0,`);
    return [
      '# pxname,svname,status,check_status,qcur,scur,act,bck,tracked,last_chk,econ,hrsp_2xx,hrsp_5xx,ttime,',
      ...lines,
      '',
    ].join('\n');
  }
}
