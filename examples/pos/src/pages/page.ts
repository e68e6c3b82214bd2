import { createHash } from 'node:crypto';
import { edition } from '../edition';
import { escapeHtml } from './html';

interface Common {
  readonly style: string;
  readonly release: string;
}

/**
 * Makes whole pages. Style and script are in the page itself: while a deploy rolls, the next request may reach the other
 * release, whose script need not fit this page.
 */
export function pageMaker({ style, release }: Common) {
  const css = `:root{--accent:${edition.colour}}${style}`;
  return ({ title, script }: { title: string; script: string }) => {
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; img-src data:; connect-src 'self'; style-src '${hash(css)}'; script-src '${hash(script)}'`,
    };
    return (body: string) => ({
      headers,
      html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${escapeHtml(edition.headline)}</title>
<link rel="icon" href="data:,">
<style>${css}</style>
</head>
<body data-version="${edition.version}">
${body}
<footer>Version ${edition.version} · release <b data-release>${escapeHtml(release)}</b></footer>
<script>${script}</script>
</body>
</html>
`,
    });
  };
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
