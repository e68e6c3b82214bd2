import { edition } from '../edition';
import type { Receipt } from '../sales';
import { escapeHtml, rupiah } from './html';

/** A receipt as the printer at the till would give it. */
export function receiptPage(receipt: Receipt): string {
  return `<article class="receipt">
<h1>${escapeHtml(edition.headline)}</h1>
<p>Receipt ${receipt.id}<br><time>${receipt.soldAt.slice(0, 16).replace('T', ' ')} UTC</time></p>
<table>
${receipt.lines
  .map(
    (line) =>
      `<tr><td>${escapeHtml(line.name)}<br><small>${line.quantity} × ${rupiah(line.price)}</small></td><td>${rupiah(line.price * line.quantity)}</td></tr>`,
  )
  .join('\n')}
<tr class="total"><td>Total</td><td>${rupiah(receipt.total)}</td></tr>
${edition.vat ? `<tr><td>of which VAT</td><td>${receipt.vat === null || receipt.vat === undefined ? 'not recorded' : rupiah(receipt.vat)}</td></tr>` : ''}
</table>
<p>Terima kasih!</p>
<nav><a href="/">Back to the till</a> <button type="button" data-print>Print</button></nav>
</article>`;
}
