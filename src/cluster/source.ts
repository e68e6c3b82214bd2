import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import { type Problem, show } from './problems';

/** Lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The text of a `buka.yml`, read as YAML 1.2, with the place of everything in it. */
export class Source {
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;
  /** What the file says, as plain data. */
  readonly data: unknown;
  /** What is wrong with it as YAML; with any of these, the data says nothing. */
  readonly problems: readonly (Place & { readonly message: string })[];

  constructor(text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    this.problems = [
      ...this.#document.errors.map(({ pos, message }) => ({ ...this.#place(pos[0]), message })),
      ...this.#oddKeys(),
    ];
    this.data = this.problems.length === 0 ? this.#read() : undefined;
  }

  /** Where a problem is to be corrected: the key, the value, or what should have held it. */
  find(problem: Pick<Problem, 'path' | 'at'>): Place {
    let node: unknown = this.#document.contents;
    let offset = 0;
    for (const [depth, part] of problem.path.entries()) {
      const last = depth === problem.path.length - 1;
      const container = isAlias(node) ? node.resolve(this.#document) : node;
      const found: unknown = isMap(container)
        ? container.items.find((pair) => isPair(pair) && keyOf(pair) === String(part))
        : isSeq(container) && container.items[Number(part)];
      if (!found) break;
      const key = isPair(found) ? (found.key as Node) : undefined;
      node = isPair(found) ? found.value : found;
      offset = start(key) ?? start(node) ?? offset;
      if (last && problem.at === 'value') offset = start(node) ?? offset;
    }
    return this.#place(offset);
  }

  #read(): unknown {
    // The library refuses more aliases than a person would write: a small file can otherwise fill the memory.
    return this.#document.toJS({ maxAliasCount: 100 });
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** Keys that plain data can't hold: `? [a, b]`, and the one name that JavaScript keeps for itself. */
  #oddKeys(): (Place & { message: string })[] {
    const found: (Place & { message: string })[] = [];
    visit(this.#document, {
      Pair: (_, pair) => {
        const key = pair.key as Node;
        if (isScalar(key) && typeof key.value === 'string' && key.value !== '__proto__') return;
        const message = isScalar(key)
          ? `${show(key.value)} can't be a key; a name is text`
          : "a key can't be a list or a mapping";
        found.push({ ...this.#place(start(key) ?? 0), message });
      },
    });
    return found;
  }
}

const keyOf = (pair: Pair): string | undefined => (isScalar(pair.key) ? String(pair.key.value) : undefined);

const start = (node: unknown): number | undefined => (node as Node | undefined)?.range?.[0];
