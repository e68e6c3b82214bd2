import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * What src/slo/page/uplot.json says: the charting library with its style and its licence as text, since the report's page
 * carries it along, and a bundle has no files beside it.
 */
export async function uplotText(): Promise<string> {
  const folder = dirname(createRequire(`${process.cwd()}/`).resolve('uplot/package.json'));
  const read = (path: string) => readFile(join(folder, path), 'utf8');
  const [js, css, licence] = await Promise.all([
    read('dist/uPlot.iife.min.js'),
    read('dist/uPlot.min.css'),
    read('LICENSE'),
  ]);
  return `${JSON.stringify({ js: `/*\n${licence.trim()}\n*/\n${js.trim()}`, css: css.trim() }, null, 2)}\n`;
}
