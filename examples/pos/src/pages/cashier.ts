import { edition } from '../edition';
import type { Product } from '../products';
import { escapeHtml, rupiah, stockText } from './html';

/** The till: the menu on the left, the basket on the right. client/cashier.ts brings it to life. */
export function cashierPage(products: readonly Product[]): string {
  return `<header>
<div><h1>${escapeHtml(edition.headline)}</h1><p>${escapeHtml(edition.tagline)}</p></div>
<p class="notice" data-notice hidden>The till was updated. <button type="button" data-reload>Reload</button></p>
</header>
<main>
<section class="menu" aria-label="Menu">
${products.map(card).join('\n')}
</section>
<aside aria-label="Basket">
<h2>Basket</h2>
<ul data-basket><li class="empty">Tap a product to add it.</li></ul>
<p class="total"><span>Total</span><b data-total>${rupiah(0)}</b></p>
<button type="button" class="pay" data-pay disabled>Pay</button>
<p class="message" data-message role="status"></p>
</aside>
</main>`;
}

function card(product: Product): string {
  return `<button type="button" class="card" data-product="${product.id}" data-price="${product.price}" data-name="${escapeHtml(product.name)}"${product.stock === 0 ? ' disabled' : ''}>
<span class="initial" aria-hidden="true">${escapeHtml(product.name.slice(0, 1))}</span>
<span class="name">${escapeHtml(product.name)}</span>
<span class="price">${rupiah(product.price)}</span>
<span class="stock" data-stock>${stockText(product.stock)}</span>
</button>`;
}
