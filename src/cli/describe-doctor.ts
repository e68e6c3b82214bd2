import type { Command } from 'commander';
import type { Output } from './output';

type Perform = (json: boolean, work: (out: Output) => Promise<number>) => Promise<void>;
type OnHosts = (usage: string, description: string) => Command;

export function describeDoctor(onHosts: OnHosts, perform: Perform): void {
  onHosts(
    'doctor',
    'check buka.yml, keys, hosts, rights, load balancers, backups, monitoring and secrets one by one; exit status 2 where one is wrong',
  ).action((options) =>
    perform(options.json, async (out) => {
      const { doctorCommand } = await import('./doctor');
      return doctorCommand(options, out);
    }),
  );
}
