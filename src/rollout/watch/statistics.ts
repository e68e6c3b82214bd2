/**
 * The probability that chance alone gives `successes` or more in `trials`, each a success with probability `p`: the
 * upper tail of the binomial distribution, exact to about nine digits. 1 where there are no more than one would expect.
 */
export function binomialTail(successes: number, trials: number, p: number): number {
  if (successes <= trials * p || successes === 0) return 1;
  if (p <= 0) return 0;
  const odds = p / (1 - p);
  let term = Math.exp(logChoose(trials, successes) + successes * Math.log(p) + (trials - successes) * Math.log1p(-p));
  let sum = term;
  // Above the mean the terms fall faster and faster, so what is left out is less than what the last one adds.
  for (let count = successes; count < trials && term > sum * 1e-12; count += 1) {
    term *= ((trials - count) / (count + 1)) * odds;
    sum += term;
  }
  return Math.min(1, sum);
}

const logChoose = (n: number, k: number) => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** Exact for small numbers, else Stirling's series, whose next term is below 1e-14 from 100 on. */
function logFactorial(n: number): number {
  if (n < 100) {
    let sum = 0;
    for (let factor = 2; factor <= n; factor += 1) sum += Math.log(factor);
    return sum;
  }
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3);
}
