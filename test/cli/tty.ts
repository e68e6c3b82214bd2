/** A small terminal: what a person sees after all that was written, as lines without colours. */
export class Screen {
  readonly isTTY = true;
  readonly columns = 60;
  readonly rows = 10;
  #lines: string[] = [''];

  write(text: string): boolean {
    // Colours leave the text as it is.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a terminal reads
    for (const part of text.replace(/\x1b\[[0-9;]*m/g, '').split(/(\x1b\[[0-9]*[FJ]|\n)/)) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a terminal reads
      const up = /^\x1b\[(\d+)F$/.exec(part);
      if (up) this.#lines = [...this.#lines.slice(0, this.#lines.length - 1 - Number(up[1])), ''];
      else if (part === '\n') this.#lines.push('');
      else if (part !== '\x1b[J') this.#lines[this.#lines.length - 1] += part;
    }
    return true;
  }

  get lines(): string[] {
    return this.#lines.slice(0, -1);
  }
}
