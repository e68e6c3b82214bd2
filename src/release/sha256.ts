import { createHash } from 'node:crypto';

export interface Sum {
  /** The same chunks, counted and summed as they pass. */
  passing(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer>;
  size(): number;
  /** In hex; ends the sum. */
  digest(): string;
}

export function sha256Of(): Sum {
  const hash = createHash('sha256');
  let size = 0;
  return {
    async *passing(content) {
      for await (const chunk of content) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    size: () => size,
    digest: () => hash.digest('hex'),
  };
}

/** Sums content that is of no other use. */
export async function sumOf(content: AsyncIterable<Buffer>): Promise<{ size: number; sha256: string }> {
  const sum = sha256Of();
  for await (const _ of sum.passing(content));
  return { size: sum.size(), sha256: sum.digest() };
}
