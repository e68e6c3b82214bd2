import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseCluster } from '../cluster';
import { ConfigurationError } from '../errors';
import {
  bukaYml,
  carriedWorkflows,
  type Given,
  isAsked,
  look,
  type NextStep,
  nextSteps,
  type PlannedFile,
  planFiles,
  problemWith,
  type Question,
  questions,
  readAnswers,
  refuseToOverwrite,
  type Seen,
  suggestion,
  type Workflow,
  writeFiles,
} from '../init';
import { splitList } from '../lists';
import { OK } from './exit-status';
import type { Output } from './output';
import { columns } from './tables';

/** Commander calls `--load-balancers` `loadBalancers`. */
const keyOf = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

export interface InitOptions extends Readonly<Record<string, unknown>> {
  readonly workingDirectory: string;
  readonly workflows?: string;
  readonly yes: boolean;
  readonly force: boolean;
}

interface InitReport {
  readonly files: readonly (Pick<PlannedFile, 'path' | 'state'> & { readonly written: boolean })[];
  readonly next: readonly NextStep[];
}

/** How a person is asked; without one, nobody is. */
export interface Asker {
  text(about: {
    message: string;
    suggested?: string;
    check: (text: string) => Promise<string | undefined>;
  }): Promise<string>;
  choice(message: string, all: readonly { name: string; chosen: boolean }[]): Promise<string[]>;
  yes(message: string): Promise<boolean>;
}

export async function initCommand(options: InitOptions, out: Output, asker?: Asker): Promise<number> {
  const folder = resolve(options.workingDirectory);
  const [{ seen, slug, branch }, carried] = await Promise.all([look(folder), carriedWorkflows()]);
  const told = tellSeen(seen, out);
  const answered = await withKeyText(await answers(given(options), told, asker));
  const text = bukaYml(readAnswers(answered));
  const cluster = parseCluster(text);
  const workflows = await chosen(options.workflows, carried, answered, asker);
  const planned = await planFiles(folder, [
    { path: 'buka.yml', text },
    ...workflows.map((workflow) => ({ path: join('.github', 'workflows', workflow.name), text: workflow.text })),
  ]);
  const write = await agreed(planned, options.force, out, asker);
  await writeFiles(folder, write);
  const files = planned.map(({ path, state }) => ({ path, state, written: write.some((file) => file.path === path) }));
  out.end();
  out.result({ files, next: nextSteps({ cluster, workflows, slug, branch }) }, initText);
  return OK;
}

const given = (options: InitOptions): Given =>
  Object.fromEntries(
    questions.flatMap(({ name }) => {
      const value = options[keyOf(name)];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

function tellSeen(seen: Seen, out: Output): Seen {
  for (const [name, found] of Object.entries(seen)) out.reporter.info(`seen: ${name} ${found.value} (${found.from})`);
  return seen;
}

/** Asks for what no option says; where nobody can be asked, takes what was seen and what is usual. */
async function answers(options: Given, seen: Seen, asker: Asker | undefined): Promise<Given> {
  const known: Given = { ...options };
  for (const question of questions) {
    const { name } = question;
    if (known[name] !== undefined || !isAsked(name, known)) continue;
    const suggested = suggestion(question, seen, known);
    const answer = asker === undefined ? suggested : await ask(question, suggested, known, asker);
    if (answer !== undefined) known[name] = answer;
  }
  const missing = questions.filter(({ name, required }) => required && !known[name]?.trim());
  if (missing.length > 0) throw unanswered(missing);
  return known;
}

function ask({ name, asks, example, required }: Question, suggested: string | undefined, known: Given, asker: Asker) {
  const check = async (text: string) => {
    if (text.trim() === '') return required ? 'There is no buka.yml without it.' : undefined;
    try {
      const read = name === 'public-key' ? await keyText(text) : text;
      return problemWith(name, read, known);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  return asker.text({
    message: `${asks}${example ? ` (${example})` : ''}`,
    ...(suggested !== undefined && { suggested }),
    check,
  });
}

function unanswered(missing: readonly Question[]): ConfigurationError {
  return new ConfigurationError({
    code: 'init-unanswered',
    message: `Nothing here tells the ${missing.map(({ name }) => name.replace('-', ' ')).join(', the ')}.`,
    left: 'Nothing was written.',
    hint: `buka init ${missing.map(({ name, value, example }) => `--${name} ${example ?? value.toUpperCase()}`).join(' ')}`,
  });
}

async function withKeyText(known: Given): Promise<Given> {
  const key = known['public-key'];
  return key?.trim() ? { ...known, 'public-key': await keyText(key.trim()) } : known;
}

/** A key itself, or the file that has it. */
async function keyText(value: string): Promise<string> {
  if (/^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-/.test(value)) return value;
  const path = value.replace(/^~(?=\/)/, process.env.HOME ?? '~');
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new ConfigurationError({
      code: 'key-missing',
      message: `${path} can't be read.`,
      seen: cause instanceof Error ? cause.message : String(cause),
      left: 'Nothing was written.',
      hint: "Name the public half of the deploy user's key: --public-key ~/.ssh/buka.pub",
      cause,
    });
  });
  return text.trim();
}

/** By name, as the option has them; else those that can work with this `buka.yml` and the two secrets. */
async function chosen(
  option: string | undefined,
  carried: readonly Workflow[],
  known: Given,
  asker: Asker | undefined,
): Promise<Workflow[]> {
  const usual = ({ needs, secrets }: Workflow) =>
    (needs === undefined || Boolean(known[needs])) &&
    secrets.every(({ name }) => /^BUKA_(?:SSH_KEY|SSH_PASSPHRASE|KNOWN_HOSTS)$/.test(name));
  const wordOf = ({ name }: Workflow) => name.replace(/\.ya?ml$/, '');
  const all = carried.map((workflow) => ({ name: wordOf(workflow), chosen: usual(workflow) }));
  const words =
    option !== undefined
      ? splitList(option).filter((word) => word !== 'none')
      : asker === undefined
        ? all.filter((one) => one.chosen).map(({ name }) => name)
        : await asker.choice('Workflows', all);
  const unknown = words.filter((word) => !all.some(({ name }) => name === word));
  if (unknown.length > 0)
    throw new ConfigurationError({
      code: 'workflow-unknown',
      message: `There is no workflow ${unknown.join(', ')}.`,
      left: 'Nothing was written.',
      hint: `--workflows ${all.map(({ name }) => name).join(',')}, some of them, or none`,
    });
  return carried.filter((workflow) => words.includes(wordOf(workflow)));
}

/** What is there stays, unless somebody says otherwise having seen what differs. */
async function agreed(
  planned: readonly PlannedFile[],
  force: boolean,
  out: Output,
  asker?: Asker,
): Promise<PlannedFile[]> {
  if (asker === undefined && !force) refuseToOverwrite(planned);
  const write: PlannedFile[] = [];
  for (const file of planned) {
    if (file.state === 'same') continue;
    if (file.state === 'differs') {
      out.reporter.info(`${file.path} differs:\n${file.difference}`);
      if (!force && !(await asker?.yes(`Replace ${file.path}?`))) continue;
    }
    write.push(file);
  }
  return write;
}

export function initText({ files, next }: InitReport): string {
  const became = ({ state, written }: InitReport['files'][number]) =>
    state === 'same' ? 'as it was' : state === 'new' ? 'written' : written ? 'replaced' : 'left as it was';
  const table = columns(files.map((file) => [file.path, became(file)]));
  const steps = next.map(
    ({ what, type }, at) => `${at + 1}. ${what}:\n${type.map((line) => `     ${line}`).join('\n')}`,
  );
  return [table, '', 'Next:', ...steps].join('\n');
}
