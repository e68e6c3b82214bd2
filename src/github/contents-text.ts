import type { Changes, Commit, ContentsOr, Pull } from './contents';
import { code, text } from './markdown';

/** In the log; the summary has all that is known. */
const MOST_LINES = 10;

export interface Between {
  readonly kind: 'deploy' | 'rollback';
  /** The id of the release that ran before. */
  readonly from: string;
  /** The page of the repository on GitHub. */
  readonly page: string;
}

/** A few lines of the log. */
export function contentsLines(contents: ContentsOr, { from }: Between): string[] {
  if ('unknown' in contents) return [`What is in this release is not told. ${contents.unknown}`];
  const { brings, takesOut, note } = contents;
  if (brings.total + takesOut.total === 0) return [`This release is of the same commit as ${from}.`];
  const lines = (changes: Changes, verb: string) =>
    changes.total === 0 ? [] : [`${verb}: ${countWords(changes)}`, ...shortList(changes)];
  return [
    ...lines(brings, `New since ${from}`),
    ...lines(takesOut, `Taken out since ${from}`),
    ...(note ? [note] : []),
  ];
}

/** A part of the job's summary. */
export function contentsMarkdown(contents: ContentsOr, between: Between): string {
  const title = between.kind === 'rollback' ? 'What is taken out' : 'What is in this release';
  if ('unknown' in contents) return `### ${title}\n\nNot told. ${text(contents.unknown)}`;
  const { brings, takesOut, note } = contents;
  const parts = [
    brings.total + takesOut.total === 0 && `The same commit as ${code(between.from)}.`,
    brings.total > 0 && changesMarkdown(brings, `New since ${code(between.from)}`, between.page),
    takesOut.total > 0 && changesMarkdown(takesOut, `Taken out since ${code(between.from)}`, between.page),
    note && text(note),
  ];
  return [`### ${title}`, ...parts.filter(Boolean)].join('\n\n');
}

function changesMarkdown(changes: Changes, title: string, page: string): string {
  const { pulls, commits, total } = changes;
  const cut = commits.length < total ? ` The newest ${commits.length} of ${total} are told.` : '';
  const ofPulls = pulls.map((one) => `- ${pullLink(one, page)} ${text(one.title)} (${text(one.author)})`).join('\n');
  const ofCommits = commits
    .map((one) => `- ${commitLink(one, page)} ${text(one.subject)} (${text(one.author)})`)
    .join('\n');
  const folded = `<details><summary>${commitWords(total)}</summary>\n\n${ofCommits}\n\n</details>`;
  return [`${title}: ${countWords(changes)}.${cut}`, ofPulls, folded].filter(Boolean).join('\n\n');
}

const pullLink = ({ number }: Pull, page: string) => `[#${number}](${page}/pull/${number})`;
const commitLink = ({ sha }: Commit, page: string) => `[${code(sha.slice(0, 7))}](${page}/commit/${sha})`;

const counted = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
const commitWords = (total: number) => counted(total, 'commit');

function countWords({ total, pulls }: Changes): string {
  return pulls.length === 0 ? commitWords(total) : `${commitWords(total)}, ${counted(pulls.length, 'pull request')}`;
}

function shortList({ pulls, commits }: Changes): string[] {
  const all =
    pulls.length > 0
      ? pulls.map(({ number, title, author }) => `  #${number} ${title} (${author})`)
      : commits.map(({ sha, subject, author }) => `  ${sha.slice(0, 7)} ${subject} (${author})`);
  const more = all.length - MOST_LINES;
  return more > 0 ? [...all.slice(0, MOST_LINES), `  and ${more} more`] : all;
}
