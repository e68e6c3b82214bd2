const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe for HTML, in an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

const number = new Intl.NumberFormat('id-ID');

/** `Rp 18.000` */
export function rupiah(amount: number): string {
  return `Rp ${number.format(amount)}`;
}

/** What the till says of a product's stock; the number only when it matters. */
export function stockText(stock: number): string {
  if (stock === 0) return 'sold out';
  return stock <= 20 ? `${stock} left` : 'in stock';
}
