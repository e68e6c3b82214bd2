import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../../lab';

type Markers = ReadonlyMap<string, string>;

/** The secrets of which something is in a text, none twice. */
export function secretsIn(text: string | Buffer, markers: Markers): string[] {
  const found = [...markers].filter(([marker]) => text.includes(marker));
  return [...new Set(found.map(([, of]) => of))];
}

/** `<file>: <secret>` for each file beneath a folder that has something of one. */
export async function secretsBeneath(folder: string, markers: Markers): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    for (const secret of secretsIn(await readFile(path), markers)) found.push(`${path}: ${secret}`);
  }
  return found;
}

/**
 * Every file of the machine that was written since then, histories of shells among them, and its journal with the command
 * lines that it keeps.
 */
const search = String.raw`
umask 077
folder=$(mktemp -d /dev/shm/search-XXXXXX) || exit 1
trap 'rm -rf "$folder"' EXIT
cat >"$folder/since-and-markers"
since=$(head -n 1 "$folder/since-and-markers")
tail -n +2 "$folder/since-and-markers" >"$folder/markers"
find / /run /run/user/* /tmp /dev/shm -xdev -type f -newermt "@$since" ! -path "$folder/*" -print0 2>/dev/null |
  sort -zu >"$folder/files"
tr -cd '\0' <"$folder/files" | wc -c | sed 's/^/files: /'
xargs -0 -r -a "$folder/files" grep -laF -f "$folder/markers" -- 2>/dev/null
journalctl -q --since "@$since" -o export --no-pager >"$folder/journal"
grep -aqF -f "$folder/markers" "$folder/journal" && echo journal
exit 0`;

export interface Searched {
  /** How many files were looked into. */
  readonly files: number;
  /** Paths, and `journal`. */
  readonly found: readonly string[];
}

/**
 * Looks for markers on a machine of the lab.
 * @param since milliseconds since 1970
 */
export async function searchMachine(lab: Lab, host: string, since: number, markers: Markers): Promise<Searched> {
  // On standard input, so that the search leaves no trace of what it looks for.
  const input = `${[Math.floor(since / 1000), ...markers.keys()].join('\n')}\n`;
  const { status, stdout, stderr } = await lab.shell(host, search, { input });
  const [first = '', ...found] = stdout.trim().split('\n');
  const files = /^files: *(\d+)$/.exec(first)?.[1];
  if (status !== 0 || files === undefined) throw new Error(`${host} could not be searched: ${stderr || stdout}`);
  return { files: Number(files), found };
}

/** Looks at the command lines of all processes again and again: of this machine, those of the lab's machines among them. */
export class ProcessWatch {
  /** Command lines that had something of a secret. */
  readonly found = new Set<string>();
  /** All that were seen, to show that it looked. */
  readonly seen = new Set<string>();
  #looks = 0;
  #going = true;
  readonly #done: Promise<void>;

  constructor(
    private readonly markers: Markers,
    /** In milliseconds. */
    private readonly interval = 100,
  ) {
    this.#done = this.#watch();
  }

  get looks(): number {
    return this.#looks;
  }

  async stop(): Promise<void> {
    this.#going = false;
    await this.#done;
  }

  async #watch(): Promise<void> {
    while (this.#going) {
      this.#look();
      this.#looks += 1;
      await new Promise((resolve) => setTimeout(resolve, this.interval));
    }
  }

  /** In one go, since a process may be gone in a moment. */
  #look(): void {
    for (const id of readdirSync('/proc')) {
      if (!/^\d+$/.test(id)) continue;
      const line = commandLine(id);
      if (line === '' || this.seen.has(line)) continue;
      this.seen.add(line);
      if (secretsIn(line, this.markers).length > 0) this.found.add(line.replaceAll('\0', ' '));
    }
  }
}

/** Empty for a kernel's thread, and for a process that has ended meanwhile. */
function commandLine(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
