import { BukaError } from '../errors';
import { type Script, script } from '../remote';
import { minutes, seconds } from '../units';
import { asRoot, done } from './as-root';
import type { Account, Folder, Secret, Setup } from './setup';

/** What puts a host right: each script does one kind of thing, for all that differ, and twice does no harm. */

export const octal = (mode: number) => `0${mode.toString(8)}`;
export const table = (list: readonly (readonly string[])[]) => list.map((row) => row.join(' ')).join('\n');

const packagesText = asRoot(String.raw`
DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND
# shellcheck disable=SC2086 # a list of names
set -- $packages
get() { apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1; }
if ! out=$(get --no-install-recommends install -- "$@"); then
  # The lists may be from before these packages, or missing.
  get update >/dev/null || true
  out=$(get --no-install-recommends install -- "$@") || { printf '%s\n' "$out" | tail -n 8; exit 1; }
fi
`);

/** Installs packages from the host's own sources. A package that is there is not made newer. */
export const installPackages = (names: readonly string[]): Script<void> =>
  script({
    name: 'packages',
    text: packagesText,
    values: { packages: names.join(' ') },
    deadline: minutes(20),
    parse(output) {
      if (output.status !== 1) return void done(output);
      throw new BukaError({
        code: 'packages-failed',
        message: `apt did not install ${names.join(' ')}.`,
        seen: output.stdout.trim(),
        left: 'What was set up before stays; nothing else was changed on it.',
        hint: `On the host: \`apt-get install ${names.join(' ')}\`. A PostgreSQL that the distribution lacks is at https://apt.postgresql.org.`,
      });
    },
  });

// An asterisk is no password, and unlike an exclamation mark doesn't lock the account against keys.
const accountsText = asRoot(String.raw`
printf '%s\n' "$accounts" | while IFS=' ' read -r kind name home shell; do
  if getent passwd -- "$name" >/dev/null; then usermod --home "$home" --shell "$shell" -- "$name"; continue; fi
  if getent group -- "$name" >/dev/null; then group=--no-user-group; else group=--user-group; fi
  if [ "$kind" = login ]; then
    useradd "$group" --create-home --home-dir "$home" --shell "$shell" --password '*' -- "$name"
  else
    useradd --system "$group" --no-create-home --home-dir "$home" --shell "$shell" --password '*' -- "$name"
  fi
  [ "$group" = --user-group ] || usermod --gid "$name" -- "$name"
done
`);

export const makeAccounts = (accounts: readonly Account[]): Script<void> =>
  script({
    name: 'accounts',
    text: accountsText,
    values: {
      accounts: table(accounts.map(({ login, name, home, shell }) => [login ? 'login' : 'system', name, home, shell])),
    },
    deadline: seconds(30),
    parse: (output) => void done(output),
  });

const membersText = asRoot(String.raw`
printf '%s\n' "$members" | while IFS=' ' read -r user group; do usermod --append --groups "$group" -- "$user"; done
`);

/** Who is logged in gets the new groups at the next login. */
export const joinGroups = (members: Setup['members']): Script<void> =>
  script({
    name: 'groups',
    text: membersText,
    values: { members: table(members.map(({ user, group }) => [user, group])) },
    deadline: seconds(30),
    parse: (output) => void done(output),
  });

const foldersText = asRoot(String.raw`
printf '%s\n' "$folders" | while IFS=' ' read -r mode owner group whole path; do
  mkdir -p -- "$path"
  if [ "$whole" = yes ]; then chown -R -h -- "$owner:$group" "$path/"; fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`);

export const makeFolders = (folders: readonly Folder[]): Script<void> =>
  script({
    name: 'folders',
    text: foldersText,
    values: {
      folders: table(
        folders.map(({ mode, owner, group, whole, path }) => [octal(mode), owner, group, whole ? 'yes' : 'no', path]),
      ),
    },
    deadline: minutes(5),
    parse: (output) => void done(output),
  });

/** Passwords are on standard input or made here; a loop of built-in commands handles them, so they are in no argument. */
const secretsText = asRoot(String.raw`
umask 077
printf '%s\n' "$secrets" | while IFS='	' read -r kind mode owner group path line opens before; do
  folder=$(dirname -- "$path")
  (umask 022; mkdir -p -- "$folder")
  beside=$folder/.$(basename -- "$path").buka
  rm -f -- "$beside" "$beside.pub"
  there=no
  if [ -s "$path" ] && { [ "$line" = - ] || grep -qF -- "$line" "$path"; }; then there=yes; fi
  if [ "$there" = no ]; then
    if [ "$opens" != - ] && [ -e "$opens" ]; then printf '%s\n%s\n' "$path" "$opens"; exit 22; fi
    case $kind in
      password) head -c 32 /dev/urandom | base64 | tr -d '=\n' > "$beside"; echo >> "$beside" ;;
      key) ssh-keygen -q -t ed25519 -N '' -C "buka-restore@$(uname -n)" -f "$beside" </dev/null; rm -f -- "$beside.pub" ;;
      pgpass)
        # Another service may read the same server already, with the same role.
        known=
        for other in /etc/buka/backup/*/pgpass; do
          if [ -z "$known" ] && [ -f "$other" ]; then known=$(grep -F -- "$line" "$other" | head -n 1) || known=; fi
        done
        [ -n "$known" ] || known=$line$password
        : > "$beside"
        if [ -s "$path" ]; then cat -- "$path" >> "$beside"; fi
        printf '%s\n' "$known" >> "$beside" ;;
      my.cnf)
        # Another service may read the same server already, with the same account.
        known=
        for other in /etc/buka/backup/*/my.cnf; do
          if [ -z "$known" ] && [ -f "$other" ] && grep -qxF -- "$line" "$other"; then
            known=$(sed -n 's/^password=//p' "$other" | head -n 1) || known=
          fi
        done
        [ -n "$known" ] || known=$password
        printf '%s\n' "$before" | base64 -d | while IFS= read -r option; do
          case $option in password=*) printf 'password=%s\n' "$known" ;; *) printf '%s\n' "$option" ;; esac
        done > "$beside" ;;
      environment) printf '%s\n' "$before" | base64 -d > "$beside" ;;
    esac
    chown -- "$owner:$group" "$beside"
    chmod -- "$mode" "$beside"
    mv -f -T -- "$beside" "$path"
  fi
  chown -- "$owner:$group" "$path"
  chmod -- "$mode" "$path"
done
`);

/**
 * Makes the secrets that are missing, and puts the place of the others right.
 * @param password for a `pgpass` or `my.cnf` that is made, unless the host has one for the same server already
 * @throws BukaError `secret-lost` where only the one that was there before would do
 */
export const makeSecrets = (secrets: readonly Secret[], password: string): Script<void> =>
  script({
    name: 'secrets',
    text: secretsText,
    values: {
      secrets: secrets
        .map(({ kind, mode, owner, group, path, line = '-', opens = '-', before = '-' }) =>
          [kind, octal(mode), owner, group, path, line, opens, Buffer.from(before).toString('base64')].join('\t'),
        )
        .join('\n'),
      password,
    },
    deadline: minutes(1),
    parse(output) {
      if (output.status !== 22) return void done(output);
      const [path, opens] = output.stdout.trim().split('\n');
      throw new BukaError({
        code: 'secret-lost',
        message: `${path} is gone, and only the one that was there opens ${opens}.`,
        left: 'No new one was made: nothing that is in the repository could be read with it.',
        hint: `Put the repository's password from the team's secret store into ${path}; docs/backup-setup.md has the command.`,
      });
    },
  });

const unitsText = asRoot(String.raw`
systemctl daemon-reload
# shellcheck disable=SC2086 # lists of names
if [ -n "$enabled" ]; then systemctl -q enable -- $enabled; fi
# shellcheck disable=SC2086
if [ -n "$units" ]; then systemctl -q enable --now -- $units; fi
`);

/** @param enabled those that need not run now */
export const enableUnits = (units: readonly string[], enabled: readonly string[] = []): Script<void> =>
  script({
    name: 'units',
    text: unitsText,
    values: { units: units.join(' '), enabled: enabled.join(' ') },
    deadline: minutes(5),
    parse: (output) => void done(output),
  });
