import { BukaError } from '../errors';
import { fields, type Script, succeeded } from '../remote';
import { seconds } from '../units';
import type { Context } from './context';
import { everyOne } from './failures';
import { isUnreachable, openWorker } from './hosts';
import { unitText } from './shell';
import type { Work } from './work';

/** The id of the unit's main process; `0` for none. */
const processOf = (unit: string): Script<string> => ({
  name: 'look at the process',
  text: `${unitText}
look
echo "pid=$pid"
`,
  values: { unit },
  deadline: seconds(15),
  parse: (output) => fields(succeeded(output).stdout, ['pid']).pid,
});

/**
 * Makes sure that what was started on the switched workers still runs. systemd starts an app again that died, and load
 * balancers send its requests elsewhere meanwhile, so neither its health nor the watch's figures need to show it.
 * @throws BukaError `app-restarted`
 */
export async function confirmAlive({ context, journal }: Work): Promise<void> {
  const { unit } = context.cluster.workers;
  await everyOne(
    [...journal.processes].filter(([worker]) => !journal.missed.includes(worker)),
    async ([worker, started]) => {
      const now = await askFor(context, worker);
      if (now !== undefined && now !== started) throw restarted(worker, unit, started, now);
    },
    { code: 'app-restarted', step: 'watch', message: 'On several workers the app died since it was switched.' },
  );
}

/** Undefined for a worker that went away: that says nothing about the release. */
async function askFor(context: Context, worker: string): Promise<string | undefined> {
  try {
    return await (await openWorker(context, worker)).run(processOf(context.cluster.workers.unit));
  } catch (error) {
    if (isUnreachable(error)) return undefined;
    throw error;
  }
}

const restarted = (worker: string, unit: string, started: string, now: string) =>
  new BukaError({
    code: 'app-restarted',
    host: worker,
    step: 'watch',
    message: 'The app died since it was switched.',
    seen: `its process was ${started}; ${now === '0' ? 'none runs now' : `systemd has started it again as ${now}`}`,
    hint: `On the host: \`journalctl -u ${unit} -n 50\`.`,
  });
