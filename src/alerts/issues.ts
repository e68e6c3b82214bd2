import type { Context } from '../rollout';
import { type Alert, firingAlerts } from './firing';

/** An issue that is open. */
export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

/** Where issues are kept; GitHub is one. */
export interface IssueTracker {
  /** The open ones that were made by this. */
  open(): Promise<readonly Issue[]>;
  create(title: string, body: string): Promise<number>;
  update(number: number, title: string, body: string): Promise<void>;
  close(number: number, comment: string): Promise<void>;
}

export interface IssuePlan {
  readonly create: readonly Text[];
  readonly update: readonly (Text & { readonly number: number })[];
  readonly close: readonly number[];
}

interface Text {
  readonly title: string;
  readonly body: string;
}

export interface IssueReport {
  /** Numbers of issues. */
  readonly opened: readonly number[];
  readonly updated: readonly number[];
  readonly closed: readonly number[];
  readonly alerts: readonly Alert[];
}

/** One issue for all alerts of a name on a host: opened when it fires, closed when it is over. */
export async function syncIssues(context: Context, tracker: IssueTracker): Promise<IssueReport> {
  const { service } = context.cluster;
  const [alerts, open] = await Promise.all([firingAlerts(context), tracker.open()]);
  const plan = planIssues(service, alerts, open);
  const opened: number[] = [];
  for (const { title, body } of plan.create) opened.push(await tracker.create(title, body));
  for (const { number, title, body } of plan.update) await tracker.update(number, title, body);
  for (const number of plan.close)
    await tracker.close(number, 'It is over: Alertmanager no longer holds it to be true.');
  return { opened, updated: plan.update.map(({ number }) => number), closed: plan.close, alerts };
}

/**
 * Pure. What is muted opens nothing, and closes nothing: it isn't over. What an issue says is written anew only where other
 * alerts are in it, since a figure in a text changes each time.
 */
export function planIssues(service: string, alerts: readonly Alert[], open: readonly Issue[]): IssuePlan {
  const groups = Map.groupBy(alerts, ({ name, host }) => markOf(service, name, host));
  const known = new Map(
    open.flatMap((issue) => {
      const mark = marks(service).exec(issue.body)?.[0];
      return mark === undefined ? [] : [[mark, issue] as const];
    }),
  );
  const create: Text[] = [];
  const update: IssuePlan['update'][number][] = [];
  for (const [mark, group] of groups) {
    const issue = known.get(mark);
    const text = { title: titleOf(service, group), body: bodyOf(mark, group) };
    if (issue === undefined && group.some(({ muted }) => !muted)) create.push(text);
    if (issue !== undefined && contents(issue.body) !== contents(text.body))
      update.push({ number: issue.number, ...text });
  }
  const over = [...known].filter(([mark]) => !groups.has(mark)).map(([, { number }]) => number);
  // Two of the same, made by two runs at once: the older one goes on.
  const doubles = open.filter(({ number, body }) => {
    const mark = marks(service).exec(body)?.[0];
    return mark !== undefined && groups.has(mark) && known.get(mark)?.number !== number;
  });
  return { create, update, close: [...over, ...doubles.map(({ number }) => number)] };
}

/** Not shown; by it an issue is found again. */
const markOf = (service: string, name: string, host: string) => `<!-- buka-alert ${service} ${name} ${host || '-'} -->`;
const marks = (service: string) => new RegExp(`<!-- buka-alert ${service} [A-Za-z]+ [a-z0-9-]+ -->`);

function titleOf(service: string, group: readonly Alert[]): string {
  const [first] = group;
  return `[${service}] ${first?.name}${first?.host ? ` on ${first.host}` : ''}`;
}

function bodyOf(mark: string, group: readonly Alert[]): string {
  const parts = group
    .toSorted((one, other) => one.since.getTime() - other.since.getTime())
    .map(
      ({ severity, summary, description, since }) =>
        `**${plain(summary)}** (${severity}, since ${since.toISOString().slice(0, 16).replace('T', ' ')} UTC)\n\n${plain(description)}`,
    );
  return [mark, ...parts, `[What it means, what to look at, what to type](${group[0]?.page})`].join('\n\n');
}

/** Nothing of a text is a mention, a link or markup. */
const plain = (text: string) => text.replace(/[\\`*_[\]<>@#|]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Which alerts are in an issue: since when each is. */
const contents = (body: string) => [...body.matchAll(/\((\w*), since ([^)]*)\)/g)].map(([all]) => all).join();
