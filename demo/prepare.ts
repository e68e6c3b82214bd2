import { down, up } from '../lab';
import { Phases } from './phases';
import { type BuiltRelease, buildRelease, clusterFile, type Making } from './shop';
import { Stage } from './stage';

/** How both releases are made, and where they will run. */
export interface Preparation extends Making {
  /** Names the lab. */
  readonly name: string;
  /** Leave the machines up at the end. */
  readonly keep: boolean;
  /** A line for people. */
  readonly say: (line: string) => void;
  readonly phases?: Phases;
}

export interface Prepared {
  readonly stage: Stage;
  readonly one: BuiltRelease;
  readonly two: BuiltRelease;
}

/**
 * Makes the machines, builds both releases of the POS by the `build` action, gives them to `play`, and tidies up
 * whatever happens.
 * @throws BukaError `lab-already-up` and the others of the lab; Error when a release does not build
 */
export async function prepared<T>(preparation: Preparation, play: (prepared: Prepared) => Promise<T>): Promise<T> {
  const { name, keep, say, phases = new Phases() } = preparation;
  const indented = (line: string) => say(`    ${line.replaceAll('\n', '\n    ')}`);

  say('Making the machines …');
  const lab = await phases.during('machines', () => up({ name, cluster: clusterFile, say: indented }));
  const releases: BuiltRelease[] = [];
  try {
    const tests = preparation.untested ? 'without' : 'with';
    say(`Building releases 1 and 2 of the POS by the build action, ${tests} its tests …`);
    const build = async (edition: 1 | 2) => {
      const release = await phases.during(`build release ${edition}`, () => buildRelease(edition, preparation));
      releases.push(release);
      indented(`release ${edition} is ${release.id}`);
      return release;
    };
    const builds = [build(1), build(2)] as const;
    await Promise.allSettled(builds); // also when one fails: what the other made has to be tidied up
    const [one, two] = await Promise.all(builds);
    return await play({ stage: new Stage(lab, indented), one, two });
  } finally {
    await Promise.all(releases.map((release) => release.dispose()));
    if (!keep) await down(name);
  }
}
