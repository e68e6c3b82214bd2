import { globSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/errors.md', 'utf8');
const listed = new Set([...page.matchAll(/`([a-z]+(?:-[a-z]+)*)`/g)].map(([, code]) => code));
const sources = globSync('src/**/*.ts').map((file) => readFileSync(file, 'utf8'));

/** Codes as they stand in a failure, in a load balancer's script, and where a helper is given one. */
const written = [
  /\bcode: '([a-z-]+)'/g,
  /\bdie ([a-z-]+)/g,
  /\b(?:fail|read)\((?:path, |knownHosts, |key, )?'([a-z]+-[a-z-]+)'/g,
];
// `custom` is zod's; `unknown-name` is told as one of the two kinds of name.
const inner = ['custom', 'unknown-name'];

test('every code that a person may meet is on the page of errors', () => {
  const codes = sources.flatMap((text) => written.flatMap((one) => [...text.matchAll(one)].map(([, code]) => code)));
  expect(codes.length).toBeGreaterThan(60);
  expect([...new Set(codes)].filter((code) => !listed.has(code) && !inner.includes(code ?? ''))).toEqual([]);
});
