import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCluster } from '../cluster';
import {
  hostOf,
  type MachineDrill,
  type MachineDrillReport,
  machineDrill,
  machineDrills,
  requireConfirmationOf,
} from '../drill';
import { BukaError, ConfigurationError } from '../errors';
import { addSummary, failJob, jobRun, setOutputs } from '../github';
import { toJson } from '../json';
import { drillSummary } from './drill-summary';
import { withHosts } from './hosts';
import { readDrillInputs } from './inputs';
import { temporaryFolder } from './steps';

const words = {
  cancelled: 'Cancelled: the incident is ended, and waited for until all is as before.',
  quitting: 'Stopped at once. The machine puts itself back within half a minute.',
  outcome: true,
};

const MOST_RATE = 200;

/** `actions/drill`: makes an incident on one machine under load, and reports what customers saw of it. */
export async function run(): Promise<void> {
  const inputs = readDrillInputs();
  const { host, confirm, user, path: customersPath } = inputs;
  const drill = readDrill(inputs.drill);
  const rate = readRate(inputs.rate);
  const cluster = await loadCluster(inputs.config);
  // Before anything is asked of a host.
  requireConfirmationOf(cluster.service, hostOf(cluster, drill, host), confirm);
  const options = { drill, host, user, confirm, rate, path: customersPath };
  const report = await withHosts(cluster, inputs, jobRun(), (context) => machineDrill(context, options), words);
  const path = join(temporaryFolder(), `${cluster.service}-${drill}.json`);
  await writeFile(path, toJson(report));
  setOutputs({ ...outputsOf(report), report: path });
  await addSummary(drillSummary(report));
  const failure = failureOf(report);
  if (failure) failJob(failure);
}

/** @throws ConfigurationError `input-invalid` */
function readDrill(text: string): MachineDrill {
  const found = machineDrills.find((one) => one === text);
  if (found !== undefined) return found;
  throw invalid('drill', `must be one of ${machineDrills.join(', ')}`, text);
}

function readRate(text: string): number {
  const rate = Number(text);
  if (Number.isInteger(rate) && rate >= 1 && rate <= MOST_RATE) return rate;
  throw invalid('rate', `must be a whole number from 1 to ${MOST_RATE}`, text);
}

const invalid = (name: string, must: string, seen: string) =>
  new ConfigurationError({
    code: 'input-invalid',
    message: `The input ${name} ${must}.`,
    seen,
    left: 'Nothing was changed.',
  });

const inSeconds = (time: number | undefined) => (time === undefined ? undefined : (time / 1000).toFixed(1));

const outputsOf = ({ outcome, window, during, detected, recovered }: MachineDrillReport) => ({
  outcome,
  'objectives-held': String(window.held),
  'error-rate': during?.errorRate.toFixed(3),
  'detected-seconds': inSeconds(detected),
  'recovered-seconds': inSeconds(recovered),
});

function failureOf({ outcome, cancelled, host }: MachineDrillReport): BukaError | undefined {
  if (outcome === 'not-recovered')
    return new BukaError({
      code: 'drill-not-recovered',
      host,
      step: 'recover',
      message: 'Five minutes after the incident was over, something is not as it was before.',
      left: 'The incident itself is over.',
      hint: '`buka status` tells what is wrong.',
    });
  if (!cancelled) return undefined;
  return new BukaError({
    code: 'cancelled',
    host,
    message: 'The drill was cancelled, so the incident was shorter than it should be.',
    left: 'All is as before.',
  });
}
