import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Script } from '../../src/remote';

/** Programs that a test puts in the place of the host's, and what they were asked. */
export class Programs {
  readonly #bin: string;
  readonly #log: string;

  /** @param folder of the test's own */
  constructor(private readonly folder: string) {
    this.#bin = join(folder, 'bin');
    this.#log = join(folder, 'log');
    mkdirSync(this.#bin, { recursive: true });
    this.put('systemctl', `if [ "$1 $2" = '-q is-active' ]; then exec test -e ${folder}/active; fi`);
  }

  /** A program that notes its words, then does what the shell text says. */
  put(name: string, text: string): void {
    const path = join(this.#bin, name);
    writeFileSync(path, `#!/bin/sh\necho ${name} "$*" >> ${this.#log}\n${text}\n`);
    chmodSync(path, 0o755);
  }

  /** Every unit runs, or none does. */
  set running(runs: boolean) {
    if (runs) writeFileSync(join(this.folder, 'active'), '');
  }

  /** What was asked of them, in order, without the question whether a unit runs. */
  get asked(): string[] {
    if (!existsSync(this.#log)) return [];
    const lines = readFileSync(this.#log, 'utf8').split('\n').filter(Boolean);
    return lines.filter((line) => !line.includes('is-active'));
  }

  /** The script, with these programs before the host's, and without its patience. */
  with<Result>(script: Script<Result>): Script<Result> {
    const text = script.text
      .replace('PATH=', `PATH=${this.#bin}:`)
      .replace('-gt 100', '-gt 5')
      .replace('+ 60', '+ 4')
      .replace(/^ *sleep 1$/m, ':');
    return { ...script, text };
  }
}
