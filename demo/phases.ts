/** A stretch of the demo, in milliseconds since 1970. */
export interface Phase {
  readonly name: string;
  readonly from: number;
  readonly until: number;
}

/** Takes down how long each part of a story took. */
export class Phases {
  readonly all: Phase[] = [];

  async during<T>(name: string, work: () => Promise<T>): Promise<T> {
    const from = Date.now();
    try {
      return await work();
    } finally {
      this.all.push({ name, from, until: Date.now() });
    }
  }
}
