/** What a path in a release may be. Shared by packing, which makes releases, and opening, which trusts none. */

/** Why a path may not be in a release, or undefined if it may. */
export function pathProblem(path: string): string | undefined {
  if (/\p{Cc}/u.test(path)) return 'has a control character in its name';
  if (!path.isWellFormed()) return 'has a name that is not Unicode';
  if (path.startsWith('/')) return 'is an absolute path';
  const parts = path.split('/');
  if (parts.includes('..')) return 'leads outside the release';
  if (parts.includes('') || parts.includes('.')) return 'is not written plainly';
  return undefined;
}

/** Why a symlink may not be in a release; `links` are all its symlinks, path to target. */
export function linkProblem(path: string, links: ReadonlyMap<string, string>): string | undefined {
  const target = links.get(path) ?? '';
  if (target === '') return 'is a link to nothing';
  if (/\p{Cc}/u.test(target)) return 'is a link to a name with a control character';
  if (!target.isWellFormed()) return 'is a link to a name that is not Unicode';
  if (target.startsWith('/')) return `is a link to an absolute path, ${target}`;
  return leavesRelease(path, links) ? `is a link that leads outside the release, to ${target}` : undefined;
}

/** Follows a link as the kernel would, through other links: `a/up/..` is not `a` when `up` is a link itself. */
function leavesRelease(path: string, links: ReadonlyMap<string, string>): boolean {
  const at: string[] = [];
  const ahead = path.split('/').reverse();
  let followed = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.pop() === undefined) return true;
      continue;
    }
    at.push(part);
    const target = links.get(at.join('/'));
    if (target === undefined) continue;
    // The kernel gives up after 40 (path_resolution(7)): a loop leads nowhere.
    if (++followed > 40) return false;
    if (target.startsWith('/')) return true;
    at.pop();
    ahead.push(...target.split('/').reverse());
  }
  return false;
}

/** Bytewise order, the same in every locale. */
export function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** The folder that a path is in; '' at the top. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
