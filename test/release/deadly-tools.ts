import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporary } from './trees';

/** Stand-ins for the host's tools: the whole script is killed in place of the nth call. */
export function deadlyTools(nth: number): string {
  const tools = temporary();
  const names = ['awk', 'basename', 'chmod', 'cmp', 'cp', 'df', 'dirname', 'find', 'gzip', 'mkdir', 'mktemp', 'mv'];
  const more = ['nice', 'readlink', 'rm', 'sed', 'sha256sum', 'sync', 'tar', 'touch', 'tr', 'wc', 'xargs'];
  for (const name of [...names, ...more]) {
    const real = execFileSync('which', [name]).toString().trim();
    writeFileSync(
      join(tools, name),
      // Tools of one pipeline start at once: the line with its own process id is the number of the call.
      `#!/bin/sh
echo $$ >> ${tools}/calls
[ "$(/bin/grep -n "^$$$" ${tools}/calls | /usr/bin/tail -n 1)" != "${nth}:$$" ] || kill -9 0
exec ${real} "$@"
`,
      { mode: 0o755 },
    );
  }
  return tools;
}
