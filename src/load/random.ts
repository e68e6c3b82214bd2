/** Numbers from 0 up to 1, the same ones for the same seed: xorshift32 (Marsaglia, "Xorshift RNGs", 2003). */
export function seeded(seed: number): () => number {
  // Zero is the one state that it never leaves; the multiplication sets neighbouring seeds apart.
  let state = Math.imul(seed, 0x9e3779b1) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** One of `items`, each as likely as its weight; without weights, all alike. */
export function pick<T>(random: () => number, items: readonly T[], weight: (item: T) => number = () => 1): T {
  let rest = random() * items.reduce((sum, item) => sum + weight(item), 0);
  let last: T | undefined;
  for (const item of items) {
    last = item;
    rest -= weight(item);
    if (rest < 0) break;
  }
  if (last === undefined) throw new RangeError('pick: nothing to pick from');
  return last;
}
