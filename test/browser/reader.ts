import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Looked, look } from './look';

/** A phone and a desk, in CSS pixels. */
export const sizes = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
];
export const themes = ['light', 'dark'] as const;

/** A person who reads pages in Debian's Chromium, far from UTC. */
export class Reader {
  readonly #folder = mkdtempSync(join(tmpdir(), 'buka-browser-'));

  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<Reader> {
    return new Reader(await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] }));
  }

  async stop(): Promise<void> {
    await this.browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Opens a page, and tells what the browser complains of or wants to fetch. */
  async open(html: string, size: (typeof sizes)[number], theme: (typeof themes)[number]) {
    const path = join(this.#folder, 'page.html');
    writeFileSync(path, html);
    const page = await this.browser.newPage({ viewport: size, colorScheme: theme, timezoneId: 'Asia/Jakarta' });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    const address = pathToFileURL(path).href;
    page.on('request', (request) => {
      if (request.url() !== address) complaints.push(`asks for ${request.url()}`);
    });
    await page.goto(address);
    return { page, complaints, looked: await looking(page) };
  }
}

export const looking = (page: Page) => page.evaluate<Looked>(look);
