import { printable } from '../../printable';
import type { Verdict } from '../verdict';
import { formatMoment } from '../words';

/** Plain text in HTML, in an attribute too. */
export const escaped = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Cells are HTML already. It scrolls by itself where a phone is narrower than its words. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${unbroken(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table><thead>${line(head, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('')}</tbody></table></div>`;
}

/** A figure stays with its unit. */
export const unbroken = (text: string): string => text.replace(/(\d) (?=(?:%|×|ms|s|min|h|d)(?![a-z]))/g, '$1\u00a0');

/** On a phone the day and the time may be in two lines. */
export function moment(at: Date): string {
  const [day = '', ...time] = formatMoment(at).split(' ');
  return `<span class="at"><span>${day}</span> <span>${time.join(' ')}</span></span>`;
}

export const card = (title: string, body: string): string => `<section class="card"><h2>${title}</h2>${body}</section>`;

/** @param words plain text that is ours */
export const soft = (words: string): string => `<p class="soft">${unbroken(words)}</p>`;

export const pill = (verdict: Verdict): string => `<span class="pill ${verdict}">${verdict}</span>`;
