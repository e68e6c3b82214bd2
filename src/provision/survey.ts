import { lines, rows, type Script } from '../remote';
import { minutes } from '../units';
import { asRoot, done } from './as-root';
import { MARK, type Setup, type Telling } from './setup';

/** A host as it is, as far as its set-up is about it. */
export interface Found {
  readonly places: ReadonlyMap<string, FoundPlace>;
  readonly packages: ReadonlySet<string>;
  /** By name. */
  readonly accounts: ReadonlyMap<string, FoundAccount>;
  /** Of units that are there. */
  readonly units: ReadonlyMap<string, { readonly enabled: boolean; readonly running: boolean }>;
  /** Who wrote the files by which a role is claimed, by path; nobody where there is none. */
  readonly claims: ReadonlyMap<string, 'buka' | 'package' | 'somebody'>;
}

export interface FoundAccount {
  readonly id: number;
  readonly home: string;
  readonly shell: string;
  /** The names of the groups that it is in. */
  readonly groups: readonly string[];
}

export interface FoundPlace {
  /** Links are followed to folders only. */
  readonly kind: 'file' | 'folder' | 'other';
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** The SHA-256 of a file; of a secret, whether it is there: nothing of it is looked at. */
  readonly content: string;
}

/** Whether a secret is there, and not empty. */
export const isThere = (found: FoundPlace | undefined): boolean => found?.content === 'there';

const text = asRoot(String.raw`
tab=$(printf '\t')
place() { printf 'place\t%s\t%s\t%s\t%s\n' "$1" "$2" "$(stat -L -c %a:%U:%G -- "$1")" "$3"; }

printf '%s\n' "$folders" | while IFS= read -r path; do
  if [ -d "$path" ]; then place "$path" folder -
  elif [ -e "$path" ]; then place "$path" other -
  fi
done
printf '%s\n' "$files" | while IFS= read -r path; do
  if [ -f "$path" ] && [ ! -L "$path" ]; then place "$path" file "$(sha256sum < "$path" | cut -c 1-64)"
  elif [ -e "$path" ]; then place "$path" other -
  fi
done
printf '%s\n' "$secrets" | while IFS="$tab" read -r path line; do
  [ -n "$path" ] && [ -f "$path" ] || continue
  content=empty
  if [ -s "$path" ] && { [ -z "$line" ] || grep -qF -- "$line" "$path"; }; then content=there; fi
  place "$path" file "$content"
done
printf '%s\n' "$packages" | while IFS="$tab" read -r name unless; do
  state=missing
  if dpkg -s -- "$name" 2>/dev/null | grep -q '^Status: [a-z]* ok installed$'; then state=installed; fi
  if [ -n "$unless" ]; then
    for match in $unless; do if [ -e "$match" ]; then state=installed; fi; done
  fi
  printf 'package\t%s\t%s\t-\t-\n' "$name" "$state"
done
printf '%s\n' "$accounts" | while IFS= read -r name; do
  if line=$(getent passwd -- "$name"); then
    printf 'account\t%s\t%s\t%s\t-\n' "$name" "$line" "$(id -Gn -- "$name")"
  fi
done
printf '%s\n' "$units" | while IFS= read -r unit; do
  [ -n "$unit" ] || continue
  enabled=no; running=no
  if systemctl -q is-enabled -- "$unit" 2>/dev/null; then enabled=yes; fi
  if systemctl -q is-active -- "$unit"; then running=yes; fi
  printf 'unit\t%s\t%s\t%s\t-\n' "$unit" "$enabled" "$running"
done
printf '%s\n' "$claims" | while IFS="$tab" read -r path package; do
  [ -n "$path" ] && [ -e "$path" ] || continue
  who=somebody
  if [ "$(head -n 1 -- "$path")" = "$mark" ]; then who=buka
  elif [ -n "$package" ]; then
    as_shipped=" $path $(md5sum < "$path" | cut -c 1-32)"
    if dpkg-query -W -f='$'{Conffiles}'\n' -- "$package" 2>/dev/null | grep -qxF -- "$as_shipped"; then who=package; fi
  fi
  printf 'claim\t%s\t%s\t-\t-\n' "$path" "$who"
done
`);

/** Reads what the set-ups of one host are about; one round trip, and changes nothing. */
export function survey(setups: readonly Setup[]): Script<Found> {
  const all = <T>(pick: (setup: Setup) => readonly T[], word: (item: T) => string) =>
    setups.flatMap(pick).map(word).join('\n');
  return {
    name: 'look',
    text,
    values: {
      folders: all(
        ({ folders }) => folders,
        ({ path }) => path,
      ),
      files: all(
        ({ preparation, files }) => [...preparation, ...files],
        ({ path }) => path,
      ),
      secrets: all(
        ({ secrets }) => secrets,
        ({ path, line = '' }) => `${path}\t${line}`,
      ),
      packages: all(
        ({ packages }) => packages,
        ({ name, unless = '' }) => `${name}\t${unless}`,
      ),
      accounts: all(
        ({ accounts, users, members }) => [
          ...[...accounts.map(({ name }) => name), ...users],
          ...members.map(({ user }) => user),
        ],
        (name) => name,
      ),
      units: all(
        ({ units, enabled, files }) => [...units, ...enabled, ...files.flatMap(({ tell }) => unitsOf(tell))],
        (unit) => unit,
      ),
      claims: all(
        ({ claims }) => claims,
        (claim) => `${claim.path}\t${claim.package ?? ''}`,
      ),
      mark: MARK,
    },
    deadline: minutes(1),
    parse: (output) => parse(done(output).stdout),
  };
}

const unitsOf = (tell: Telling | undefined): string[] =>
  tell === undefined ? [] : [tell.unit, ...(tell.cutsOffWhile === undefined ? [] : [tell.cutsOffWhile])];

function parse(answer: string): Found {
  const all = rows(lines(answer).join('\n'), ['of', 'name', 'first', 'second', 'third']);
  const of = (what: string) => all.filter((row) => row.of === what);
  return {
    places: new Map(
      of('place').map(({ name, first, second, third }) => {
        const [mode = '', owner = '', group = ''] = second.split(':');
        const kind = first === 'file' || first === 'folder' ? first : 'other';
        return [name, { kind, mode: Number.parseInt(mode, 8), owner, group, content: third }];
      }),
    ),
    packages: new Set(of('package').flatMap(({ name, first }) => (first === 'installed' ? [name] : []))),
    accounts: new Map(
      of('account').map(({ name, first, second }) => {
        const [, , id, , , home = '', shell = ''] = first.split(':');
        return [name, { id: Number(id), home, shell, groups: second.split(' ') }];
      }),
    ),
    units: new Map(
      of('unit').map(({ name, first, second }) => [name, { enabled: first === 'yes', running: second === 'yes' }]),
    ),
    claims: new Map(
      of('claim').map(({ name, first }) => [name, first === 'buka' || first === 'package' ? first : 'somebody']),
    ),
  };
}
