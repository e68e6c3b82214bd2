import { escapedHtml, unbroken } from '../../slo';
import type { System } from './report';

/** A bar, or why there is none. */
export interface Bar {
  readonly system: System;
  /** Whose it is, for people. */
  readonly who: string;
  /** Undefined where there is nothing to draw. */
  readonly value?: number | undefined;
  readonly text: string;
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/**
 * Bars from zero, all of a chart to one scale, with their figures beside them: nothing has to be read off an axis.
 * @param most the end of the scale; the longest bar when absent
 */
export function barChart(groups: readonly BarGroup[], most?: number): string {
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value ?? 0)));
  const scale = most ?? longest;
  const bar = ({ system, who, value, text }: Bar) => {
    // A value that is more than none is seen to be.
    const share = scale > 0 ? (100 * (value ?? 0)) / scale : 0;
    const width = value === undefined || value === 0 ? '0' : `max(2px, ${share.toFixed(2)}%)`;
    return `<div class="line"><span class="who">${escapedHtml(who)}</span><span class="track"><i class="${system}" style="width:${width}"></i></span><span class="value">${unbroken(escapedHtml(text))}</span></div>`;
  };
  return groups
    .map(({ title, bars }) => `<div class="bars"><h3>${escapedHtml(title)}</h3>${bars.map(bar).join('')}</div>`)
    .join('');
}

/** Goes with the style of the report of the objectives. */
export const barStyle = `
.bars { margin-top: 12px; }
.bars h3 { font-size: .9rem; font-weight: 600; margin: 0 0 2px; }
.line { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; font-size: .85rem; margin-bottom: 6px; }
.line .who { color: var(--soft); overflow-wrap: anywhere; }
.line .track { grid-row: 2; grid-column: 1 / -1; height: 12px; border-radius: 3px; background: var(--line); overflow: hidden; }
.line .track i { display: block; height: 100%; }
.line .value { font-variant-numeric: tabular-nums; text-align: right; }
.alone { background: var(--p95); } .distributed { background: var(--mean); }
.charts { display: grid; gap: 16px; margin-top: 16px; }
.charts .card { margin: 0; }
.notes { margin: 0; padding-left: 20px; overflow-wrap: anywhere; }
.load { overflow-wrap: anywhere; }
@media (min-width: 800px) {
  .charts { grid-template-columns: repeat(2, 1fr); }
  .line { grid-template-columns: 200px 1fr 140px; align-items: center; margin-bottom: 2px; }
  .line .track { grid-row: auto; grid-column: auto; }
}
@media print {
  .card { break-inside: avoid; }
  .track, .track i, .key i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
