import { loadCluster } from '../cluster';
import { BukaError } from '../errors';
import { addSummary, code, failJob, jobRun, setOutputs, table, text } from '../github';
import { type ProvisionReport, provision } from '../provision';
import { withHosts } from './hosts';
import { readProvisionInputs } from './inputs';

const words = {
  cancelled:
    'Cancelled: what a host is at comes to its end there, a worker that is drained gets its traffic back, and no other machine is begun.',
  quitting: 'Stopped at once. A drained worker gets its traffic back from its lease; the next run goes on from here.',
  outcome: true,
};

/** `actions/provision`: sets the hosts up, or tells what differs. */
export async function run(): Promise<void> {
  const inputs = readProvisionInputs();
  const { check, hosts, user } = inputs;
  const cluster = await loadCluster(inputs.config);
  const use = async (context: Parameters<typeof provision>[0]) => {
    const report = await provision(context, { check, hosts, user });
    setOutputs({ outcome: report.outcome, differences: String(report.differences.length) });
    await addSummary(provisionSummary(cluster.service, report));
    if (report.outcome === 'differs') failJob(differs(report));
  };
  await withHosts(cluster, inputs, jobRun(), use, words);
}

/** The page of a set-up: each thing that differed, on which host, and whose the rest is. */
export function provisionSummary(service: string, { outcome, differences, byHand }: ProvisionReport): string {
  const titles = {
    'nothing-to-change': `## 🧱 ${code(service)}: every machine is as it should be; nothing was changed`,
    changed: `## 🧱 ${code(service)}: set up`,
    differs: `## ⚠️ ${code(service)}: machines differ from \`buka.yml\`; nothing was changed`,
  };
  const parts = [
    titles[outcome],
    differences.length > 0 &&
      table(
        ['host', 'what', outcome === 'differs' ? 'is' : 'was'],
        differences.map(({ host, what, seen }) => [code(host), code(what), text(seen)]),
      ),
    ...byHand.map(({ host, roles }) => `${code(host)} is set up by hand as ${roles.join(', ')}, and was left alone.`),
    outcome === 'differs' && '**Next**: `buka provision` puts it right.',
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

const differs = ({ differences }: ProvisionReport) =>
  new BukaError({
    code: 'machines-differ',
    message: `${differences.length} things are not as buka.yml asks for.`,
    seen: differences.map(({ host, what, seen }) => `${host}: ${what}: ${seen}`).join('\n'),
    left: 'Nothing was changed.',
    hint: 'Run it without check to put them right. What should stay as it is belongs into buka.yml, or into a file that Buka does not write.',
  });
