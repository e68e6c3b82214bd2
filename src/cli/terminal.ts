import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { printable } from '../printable';
import type { Reporter, Step } from '../reporter';
import { stepText } from './lines';

/** What the live part needs of a terminal. */
export type Screen = Pick<WriteStream, 'write' | 'columns' | 'rows'>;

/**
 * For a person in front of a terminal: what is done scrolls up, what is under way stays at the bottom and is rewritten
 * in place, a line for each step of each host.
 */
export class TerminalReporter implements Reporter {
  readonly #screen: Screen;
  readonly #underWay = new Map<string, string>();
  #drawn = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  async group<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.#print(styleText('bold', printable(title)));
    try {
      return await work();
    } finally {
      this.#print();
    }
  }

  info(message: string): void {
    this.#print(printable(message));
  }

  warning(message: string): void {
    this.#print(styleText('yellow', `warning: ${printable(message)}`));
  }

  step(step: Step): void {
    // A name says where it stands: `drain` becomes `drained`, so any ending of a host ends what it had under way.
    if (step.state === 'started' || step.state === 'progress') {
      this.#underWay.set(step.host, printable(stepText(step)));
      this.#print();
      return;
    }
    this.#underWay.delete(step.host);
    const sign = step.state === 'done' ? styleText('green', '✓') : styleText('red', '✗');
    this.#print(`  ${sign} ${printable(stepText(step))}`);
  }

  /** Takes the live part away; call it before the results are printed. */
  end(): void {
    this.#underWay.clear();
    this.#print();
  }

  /** Puts text above the live part, and draws that again below it. */
  #print(text?: string): void {
    // Up to the first live line, then clear to the end of the screen (ECMA-48: CPL, ED).
    const erase = this.#drawn > 0 ? `\x1b[${this.#drawn}F\x1b[J` : '';
    const room = Math.max(1, (this.#screen.rows ?? 24) - 1);
    const live = [...this.#underWay.values()].slice(0, room).map((line) => this.#fit(`  · ${line}`));
    this.#drawn = live.length;
    const lines = [...(text === undefined ? [] : [text]), ...live];
    if (erase || lines.length > 0) this.#screen.write(erase + lines.map((line) => `${line}\n`).join(''));
  }

  /** A line that wraps would take two, and the next rewrite would miss one. */
  #fit(line: string): string {
    const width = Math.max(10, (this.#screen.columns ?? 80) - 1);
    const oneLine = line.replace(/\s/g, ' ');
    return oneLine.length > width ? `${oneLine.slice(0, width - 1)}…` : oneLine;
  }
}
