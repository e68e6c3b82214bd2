import { rupiah, stockText } from '../src/pages/html';

interface Item {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  quantity: number;
}
interface Receipt {
  readonly id: number;
  readonly total: number;
}

const find = <T extends HTMLElement>(selector: string) => document.querySelector(selector) as T;
const basketList = find('[data-basket]');
const totalText = find('[data-total]');
const payButton = find<HTMLButtonElement>('[data-pay]');
const message = find('[data-message]');
const noAnswer = 'No answer yet. Press Pay again: the sale will not be booked twice.';
const emptyBasket = basketList.innerHTML;

const basket = new Map<number, Item>();
// A sale without an answer yet. Until there is one, the basket stays as it is and Pay repeats it under its key; it
// survives a reload of the page. Otherwise a sale whose answer was lost could be paid for twice.
const unanswered = 'unanswered-sale';
let key = restore();

for (const card of document.querySelectorAll<HTMLButtonElement>('[data-product]')) {
  card.addEventListener('click', () => {
    const id = Number(card.dataset.product);
    change({ id, name: card.dataset.name ?? '', price: Number(card.dataset.price), quantity: 0 }, 1);
  });
}
payButton.addEventListener('click', pay);
find('[data-reload]').addEventListener('click', () => location.reload());
if (key !== undefined) {
  message.textContent = noAnswer;
  show();
}

function restore(): string | undefined {
  const stored = sessionStorage.getItem(unanswered);
  if (stored === null) return undefined;
  const sale = JSON.parse(stored) as { key: string; items: Item[] };
  for (const item of sale.items) basket.set(item.id, item);
  return sale.key;
}

function change(product: Item, by: number): void {
  if (key !== undefined) return;
  const item = basket.get(product.id) ?? product;
  item.quantity += by;
  if (item.quantity > 0) basket.set(item.id, item);
  else basket.delete(item.id);
  message.textContent = '';
  show();
}

function show(): void {
  const items = [...basket.values()];
  if (items.length === 0) basketList.innerHTML = emptyBasket;
  else basketList.replaceChildren(...items.map(row));
  totalText.textContent = rupiah(items.reduce((sum, item) => sum + item.price * item.quantity, 0));
  payButton.disabled = items.length === 0;
}

function row(item: Item): HTMLElement {
  const line = document.createElement('li');
  const name = document.createElement('span');
  name.textContent = item.name;
  const amount = document.createElement('b');
  amount.textContent = rupiah(item.price * item.quantity);
  const count = document.createElement('span');
  count.className = 'count';
  count.append(step(item, -1, '−'), String(item.quantity), step(item, 1, '+'));
  line.append(name, count, amount);
  return line;
}

function step(item: Item, by: number, label: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.ariaLabel = `${by > 0 ? 'One more' : 'One less'}: ${item.name}`;
  button.addEventListener('click', () => change(item, by));
  return button;
}

async function pay(): Promise<void> {
  payButton.disabled = true;
  message.textContent = 'Booking …';
  const items = [...basket.values()];
  key ??= newKey();
  sessionStorage.setItem(unanswered, JSON.stringify({ key, items }));
  const answer = await book(
    key,
    items.map(({ id, quantity }) => ({ productId: id, quantity })),
  );
  if (answer === undefined) {
    message.textContent = noAnswer;
  } else {
    key = undefined;
    sessionStorage.removeItem(unanswered);
    if ('message' in answer) {
      message.textContent = answer.message;
    } else {
      basket.clear();
      showReceipt(answer);
    }
  }
  show();
  await refreshStock();
}

/** Tries three times under the same key. Undefined: still no answer that settles it. */
async function book(
  idempotencyKey: string,
  lines: readonly object[],
): Promise<Receipt | { message: string } | undefined> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    try {
      const response = await ask('/sales', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify({ lines }),
      });
      if (response.status < 500) return await response.json();
    } catch {
      // No connection, or the answer was cut off: the sale may be booked or not.
    }
    await new Promise((resolve) => setTimeout(resolve, attempt * 500));
  }
  return undefined;
}

function showReceipt(receipt: Receipt): void {
  const link = document.createElement('a');
  link.href = `/receipts/${receipt.id}`;
  link.textContent = 'Show receipt';
  message.replaceChildren(`Paid ${rupiah(receipt.total)}: receipt ${receipt.id}. `, link);
}

async function refreshStock(): Promise<void> {
  const response = await ask('/products').catch(() => undefined);
  if (!response?.ok) return;
  const { products } = (await response.json()) as { products: { id: number; stock: number }[] };
  for (const { id, stock } of products) {
    const card = find<HTMLButtonElement>(`[data-product="${id}"]`);
    card.disabled = stock === 0;
    const text = card.querySelector('[data-stock]');
    if (text) text.textContent = stockText(stock);
  }
}

/** Fetches, and offers a reload where the answer came from another version than this page. */
async function ask(path: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, { ...options, signal: AbortSignal.timeout(10_000) });
  const version = response.headers.get('x-app-version');
  if (version !== null && version !== document.body.dataset.version) find('[data-notice]').hidden = false;
  return response;
}

/** 128 random bits. `crypto.randomUUID` is missing on pages served over plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
