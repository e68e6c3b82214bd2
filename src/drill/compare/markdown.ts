import { printable } from '../../printable';
import { formatMoment } from '../../slo';
import type { CompareReport } from './report';
import { sharingWords } from './sharing-words';
import { loadWords, notesOf, rowsOf, systemWords } from './words';

/** The comparison for a report or a job's summary: one table, and what it rests on. Pure. */
export function compareMarkdown(report: CompareReport): string {
  const words = systemWords(report);
  const head = ['while', 'figure', words.alone, words.distributed];
  const rows = rowsOf(report).map(({ situation, name, cells }, index, all) => [
    all[index - 1]?.situation === situation ? '' : situation,
    ...[name, cells.alone, cells.distributed],
  ]);
  const list = (title: string, sentences: readonly string[]) =>
    sentences.length === 0 ? [] : ['', `**${title}**`, '', ...sentences.map((sentence) => `- ${escaped(sentence)}`)];
  return [
    `## ${escaped(report.service)}: one worker alone, and the distributed system`,
    '',
    `${formatMoment(report.at)}. ${escaped(loadWords(report))}`,
    '',
    line(head),
    '|---|---|--:|--:|',
    ...rows.map(line),
    ...list('To know', notesOf(report)),
    ...list('Who shares processors, and how that bends the figures', sharingWords(report.sharing, report.workers)),
    '',
  ].join('\n');
}

const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;

/** Names and addresses from a file of somebody's, and what a machine says of its processor, are text and nothing more. */
const escaped = (text: string) =>
  printable(text)
    .replace(/[\\`*_[\]<>|~#&]/g, '\\$&')
    .replace(/\n/g, ' ');
