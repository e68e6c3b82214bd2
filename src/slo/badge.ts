import type { SloReport } from './measure';
import { formatPercent, formatTime } from './words';

const colours = { met: '#1a7f37', missed: '#cf222e', unknown: '#656d76' } as const;

/** A badge for a README: both figures, in the colour of the verdict. */
export function badge({ verdict, availability, responseTime }: SloReport): string {
  const figures = [formatPercent(availability.measured, 2), formatTime(responseTime.mean)];
  const words = verdict === 'unknown' ? 'unknown' : figures.join(' · ');
  const label = 'objectives';
  const [left, right] = [width(label), width(words)];
  const whole = left + right;
  const text = (x: number, length: number, words: string) =>
    `<text x="${x}" y="14" textLength="${length}" lengthAdjust="spacingAndGlyphs">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="20" role="img" aria-label="${label}: ${verdict}, ${words}">
<title>${label}: ${verdict}, ${words}</title>
<clipPath id="r"><rect width="${whole}" height="20" rx="4"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#3d444d"/><rect x="${left}" width="${right}" height="20" fill="${colours[verdict]}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-rendering="geometricPrecision">
${text(PADDING, left - 2 * PADDING, label)}
${text(left + PADDING, right - 2 * PADDING, words)}
</g>
</svg>
`;
}

const PADDING = 7;

/** Verdana at 11 px is 6.6 px a letter on average, near enough for `textLength` to do the rest. */
const width = (words: string) => Math.round(words.length * 6.6) + 2 * PADDING;
