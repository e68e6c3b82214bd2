import { BukaError } from '../errors';
import { type Output, type Script, script } from '../remote';
import { minutes } from '../units';
import { asRoot, done } from './as-root';
import { checkText } from './checkers';
import { octal, table } from './put';
import type { ManagedFile } from './setup';
import { tellText } from './tell';

/**
 * Each is written beside, in a name that its folder's reader skips, checked by its own program and renamed: what reads it
 * finds the old or the new. A unit that has to be told of it is told at once, and gets the old one back if it doesn't
 * take the new one; so what runs and what is on the disk are never two things for long, and the host does all of it by
 * itself once it has begun.
 */
const filesText = asRoot(
  `${checkText}${tellText}${String.raw`
umask 077
units=known
know_units() { if [ "$units" = changed ]; then systemctl daemon-reload; units=known; fi; }
back() { if [ -e "$before_it" ]; then mv -f -T -- "$before_it" "$path"; else rm -f -- "$path"; fi; }
printf '%s\n' "$files" | {
  while IFS=' ' read -r mode owner group checker how unit proof port place path content; do
    folder=$(dirname -- "$path")
    (umask 022; mkdir -p -- "$folder")
    beside=$folder/.$(basename -- "$path").buka
    before_it=$beside-before
    rm -f -- "$beside" "$before_it"
    printf %s "$content" | base64 -d > "$beside"
    if [ "$checker" != - ] && ! words=$(check "$checker" "$beside" 2>&1 </dev/null); then
      rm -f -- "$beside"
      printf '%s\n%s\n%s\n' "$path" "$checker" "$words"
      exit 21
    fi
    chown -- "$owner:$group" "$beside"
    chmod -- "$mode" "$beside"
    if [ "$how" != - ] && [ -f "$path" ]; then cp -p -- "$path" "$before_it"; fi
    mv -f -T -- "$beside" "$path"
    case $path in /etc/systemd/system/*) units=changed ;; esac
    if [ "$how" = - ] || ! systemctl -q is-active -- "$unit"; then rm -f -- "$before_it"; continue; fi
    know_units
    if ! words=$(tell "$how" "$unit" "$proof" "$port" "$place" 2>&1 </dev/null); then
      back
      systemctl daemon-reload
      tell "$how" "$unit" "$proof" "$port" "$place" >/dev/null 2>&1 </dev/null || words="$words; nor with the old one"
      printf '%s\n%s\n%s\n' "$path" "$unit" "$words"
      exit 24
    fi
    rm -f -- "$before_it"
  done
  know_units
}
`}`,
);

/** @throws BukaError `file-refused`, `not-taken`: the file that was there stays, or is back */
export const writeFiles = (files: readonly ManagedFile[]): Script<void> =>
  script({
    name: 'files',
    text: filesText,
    values: { files: table(files.map(rowOf)) },
    deadline: minutes(10),
    parse(output) {
      if (output.status === 21) throw refused(output);
      if (output.status === 24) throw notTaken(output);
      done(output);
    },
  });

function rowOf({ mode, owner, group, checkedBy, tell, path, content }: ManagedFile): string[] {
  const proof = tell?.shownBy;
  return [
    ...[octal(mode), owner, group, checkedBy ?? '-', tell?.how ?? '-', tell?.unit ?? '-', proof?.kind ?? '-'],
    ...(proof?.kind === 'http' ? [String(proof.port), proof.path] : ['-', proof?.socket ?? '-']),
    ...[path, Buffer.from(content).toString('base64')],
  ];
}

function refused({ stdout }: Output): BukaError {
  const [path, checker, ...words] = stdout.trim().split('\n');
  return new BukaError({
    code: 'file-refused',
    message: `${checker} does not take the new ${path}.`,
    seen: words.join('\n'),
    left: 'The one that was there stays as it was; files before it were written.',
    hint:
      checker === 'visudo'
        ? 'Is the ssh user of buka.yml a name that sudo reads as one? `sudo --version` on the host tells which sudo it is.'
        : `What it says is about what buka.yml makes of ${path}, or about the version of the program on this host.`,
  });
}

function notTaken({ stdout }: Output): BukaError {
  const [path, unit, ...words] = stdout.trim().split('\n');
  return new BukaError({
    code: 'not-taken',
    message: `${unit} does not work with the new ${path}.`,
    seen: words.join('\n'),
    left: `The old ${path} is back, and ${unit} was told so; files before it were written.`,
    hint: `On the host: \`journalctl -u ${unit} -n 50\`. Mend what it says, then run this again.`,
  });
}
