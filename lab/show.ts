import { existsSync, readFileSync } from 'node:fs';
import type { Lab } from './lab';

/** Prints each machine with its state, for people. */
export function printStatus(lab: Lab): void {
  const rows = lab.machines.map(({ host, address, port, roles }) => [
    host,
    port === 22 ? address : `${address} port ${port}`,
    roles.join(', '),
    [lab.isOn(host) ? 'on' : 'off', lab.isCut(host) ? 'cut' : ''].filter(Boolean).join(', '),
  ]);
  const { address } = lab.cluster.loadBalancers;
  console.log(`lab ${lab.name}, service ${lab.cluster.service}${address ? `, at http://${address}/` : ''}`);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
  console.log(`key ${lab.privateKeyFile}, known hosts ${lab.knownHostsFile}, this side is ${lab.runnerAddress}`);
}

/** Prints the end of a machine's journal, or of its console while it is off; of every console without a host. */
export async function printLogs(lab: Lab, host?: string): Promise<void> {
  if (host && lab.isOn(host)) {
    const { stdout, stderr } = await lab.shell(host, 'journalctl --no-pager --lines 500');
    process.stdout.write(stdout || stderr);
    return;
  }
  for (const one of host ? [host] : lab.machines.map((machine) => machine.host)) {
    const file = lab.consoleFile(one);
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-50) : [];
    for (const line of lines) console.log(`${one}: ${line}`);
  }
}
