import { card, escapedHtml, formatMoment, htmlTable, pageStyle, soft } from '../../slo';
import { type Bar, type BarGroup, barChart, barStyle } from './bars';
import { type CompareReport, isLeftOut, type Situation, type System, situations, systems } from './report';
import { sharingWords } from './sharing-words';
import {
  type Indicator,
  indicators,
  loadWords,
  notesOf,
  rowsOf,
  situationWords,
  systemWords,
  throughputText,
} from './words';

/** The comparison as one HTML page that needs nothing besides: no network, no other file, no script. Pure. */
export function comparePage(report: CompareReport): string {
  const title = `${escapedHtml(report.service)}: one worker alone, and the distributed system`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${pageStyle}${barStyle}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="soft load">${formatMoment(report.at)}. ${escapedHtml(loadWords(report))}</p>
${list('To know', notesOf(report))}
${list('Who shares processors, and how that bends the figures', sharingWords(report.sharing, report.workers))}
${card('In the charts', key(report))}
<div class="charts">
${charts(report).join('\n')}
</div>
${card('All figures', table(report))}
</main>
</body>
</html>
`;
}

const list = (title: string, sentences: readonly string[]) =>
  sentences.length === 0
    ? ''
    : card(
        title,
        `<ul class="notes">${sentences.map((sentence) => `<li>${escapedHtml(sentence)}</li>`).join('')}</ul>`,
      );

function key(report: CompareReport): string {
  const colours = { alone: '--p95', distributed: '--mean' } as const;
  const words = systemWords(report);
  return `<ul class="key">${systems
    .map((system) => `<li><i style="--colour:var(${colours[system]})"></i>${escapedHtml(words[system])}</li>`)
    .join('')}</ul>`;
}

function charts(report: CompareReport): string[] {
  const { availability, meanResponseTime } = report.objectives;
  const note = `The most that was served with the objectives held: availability ${availability} %, mean ${meanResponseTime / 1000} s.`;
  return [
    card('throughput', `${soft(note)}${barChart([throughputGroup(report)])}`),
    ...indicators.map((indicator) =>
      card(
        indicator.name,
        `${soft(indicator.note)}${barChart(groupsOf(report, indicator), indicator.name === 'availability' ? 100 : undefined)}`,
      ),
    ),
  ];
}

function throughputGroup(report: CompareReport): BarGroup {
  const bars = systems.map((system): Bar => {
    const { throughput } = report[system];
    const value = isLeftOut(throughput) ? undefined : throughput.perSecond;
    return { system, who: systemWords(report)[system], value, text: throughputText(throughput) };
  });
  return { title: 'requests served', bars };
}

function groupsOf(report: CompareReport, { value, text }: Indicator): BarGroup[] {
  const bar = (system: System, situation: Situation): Bar => {
    const outcome = report[system].situations[situation];
    const figure = isLeftOut(outcome) ? { text: 'not measured' } : { value: value(outcome), text: text(outcome) };
    return { system, who: systemWords(report)[system], ...figure };
  };
  return situations
    .filter((situation) => systems.some((system) => !isLeftOut(report[system].situations[situation])))
    .map((situation) => ({
      title: situationWords[situation],
      bars: systems.map((system) => bar(system, situation)),
    }));
}

function table(report: CompareReport): string {
  const words = systemWords(report);
  const rows = rowsOf(report).map(({ situation, name, cells }, index, all) => [
    all[index - 1]?.situation === situation ? '' : `<b>${situation}</b>`,
    ...[name, escapedHtml(cells.alone), escapedHtml(cells.distributed)],
  ]);
  return htmlTable(['while', 'figure', escapedHtml(words.alone), escapedHtml(words.distributed)], rows);
}
