import { type SharedProcessors, type Sharing, THIS_MACHINE } from './machines';

/** Names of machines as a sentence has them: `lb1, worker1 and this machine`. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/**
 * Which machines share processors, as far as it can be told from inside, and how that bends the figures: sentences for
 * whoever reads them. Pure.
 * @param workers names of all workers
 */
export function sharingWords({ groups, unknown }: Sharing, workers: readonly string[]): string[] {
  return [...whoShares({ groups, unknown }), ...howItBends({ groups, unknown }, workers)];
}

function whoShares({ groups, unknown }: Sharing): string[] {
  const kernels = groups.filter(({ machines }) => machines.length > 1);
  const single = groups.filter(({ machines }) => machines.length === 1);
  const named = (some: readonly SharedProcessors[]) => some.flatMap(({ machines }) => machines);
  const containers = named(single.filter(({ container }) => container));
  const virtual = groups.filter(({ container, virtualization }) => !container && isVirtual(virtualization));
  const silent = named(groups.filter(({ container, virtualization }) => !container && virtualization === ''));
  const own = named(single.filter(({ virtualization }) => virtualization === 'none'));
  return [
    ...kernels.map(
      ({ machines, processors, model }) =>
        `On one kernel, sharing its ${processorWords(processors, model)}: ${listed(machines)}.`,
    ),
    containers.length > 0 &&
      `In a container, sharing the processors of its host with whatever else runs there: ${listed(containers)}.`,
    virtual.length > 0 &&
      groups.length > 1 &&
      `In virtual machines (${kinds(virtual)}): ${listed(named(virtual))}. From inside it can't be told who shares a physical processor with whom; whoever runs them knows.`,
    own.length > 0 && `With processors of its own: ${listed(own)}.`,
    silent.length > 0 && `Not known whether it is virtual: ${listed(silent)}.`,
    unknown.length > 0 && `Could not be asked: ${listed(unknown)}.`,
  ].filter((sentence) => sentence !== false);
}

const kinds = (some: readonly SharedProcessors[]) =>
  [...new Set(some.map(({ virtualization }) => virtualization))].join(', ');

function howItBends({ groups, unknown }: Sharing, workers: readonly string[]): string[] {
  const groupOf = (name: string) => groups.findIndex(({ machines }) => machines.includes(name));
  const shared = groups.find(({ machines }) => machines.filter((name) => workers.includes(name)).length > 1);
  const crowded = groups.find(({ machines }) => machines.includes(THIS_MACHINE) && machines.length > 1);
  const sentences = [
    shared &&
      `${workers.length} workers have no more processors than one has here, and everything else on that kernel takes its part of them: so the throughput of the distributed system is no multiple of that of one worker, and can be less. On machines of their own it would be higher. Availability and the time without service depend on who takes over and how soon, and are bent less.`,
    crowded &&
      "The customers are made on the same processors: what they take is missing for the app, so both throughputs are lower, and response times near them longer, than with customers from elsewhere. 'Sent late' tells by how much the customers themselves were held up.",
  ].filter((sentence) => sentence !== undefined);
  if (sentences.length > 0) return sentences;
  const all = [...workers.map(groupOf)];
  const isPlain = unknown.length === 0 && groups.every(({ virtualization }) => virtualization === 'none');
  if (isPlain && new Set(all).size === workers.length) return ['So no figure is bent by it.'];
  return [
    'Where workers share a physical processor, the throughput of the distributed system is lower than it would be on machines of their own; the other figures are bent less.',
  ];
}

const isVirtual = (virtualization: string) => virtualization !== 'none' && virtualization !== '';

const processorWords = (count: number, model: string) =>
  `${count === 1 ? 'one processor' : `${count} processors`}${model === '' ? '' : ` (${model})`}`;
