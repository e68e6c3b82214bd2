/** What the program on the backup server and the one on the database host share: how they are asked, and answer. */
export const common = String.raw`
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
export PATH LC_ALL
umask 077
cd /
newline='
'
tab=$(printf '\t')

# Whoever asked may have gone away: that ends nothing.
trap '' PIPE
tell() { printf '%s\n' "$*" 2>/dev/null || :; }
# Ends the program: the code is one of docs/errors.md, the rest is what was seen.
die() { told=yes; tell "error $*"; exit 20; }
told=
# For the trap on EXIT, before it tidies up: what ended the program without a word.
unexpected() {
  code=$?
  trap - EXIT
  if [ "$code" -ne 0 ] && [ -z "$told" ]; then tell "error interrupted status $code"; fi
}
# What a command said went wrong, or else the end of what it said, on one line.
words() { { grep -i -m 3 -e error -e fatal "$1" || tail -n 6 "$1"; } 2>/dev/null | tr '\n\t' '  ' | cut -c 1-1500; }

# Hundredths of a second since boot, into $now.
clock() { read -r now rest < /proc/uptime; now=$(printf %s "$now" | tr -d .); }
since() { clock; printf '%s\n' "$now $1" | awk '{ printf "%.2f", ($1 - $2) / 100 }'; }

# The request: a key=value a line. Nothing in it is ever read as code; what becomes part of a path is checked.
action=; program=; id=; kind=; release=; run=; by=; reason=; wait=; name=; what=; to=; proof=; asked=
read_request() {
  while IFS='=' read -r key value; do
    case $key in
      service) asked=$value ;;
      do) action=$value ;;
      program) program=$value ;;
      id) id=$value ;;
      kind) kind=$value ;;
      release) release=$value ;;
      run) run=$value ;;
      by) by=$value ;;
      reason) reason=$value ;;
      wait) wait=$value ;;
      name) name=$value ;;
      what) what=$value ;;
      to) to=$value ;;
      proof) proof=$value ;;
      *) die bad-request "no key is called $key" ;;
    esac
  done
  plain service "$asked" 'a-z0-9-' 
  plain id "$id" '0-9a-fTZ-'
  plain release "$release" 'A-Za-z0-9._-'
  plain kind "$kind" 'a-z'
  plain wait "$wait" '0-9'
  plain name "$name" 'A-Za-z0-9_./-'
  plain to "$to" '0-9TZ:.newst-'
}
plain() {
  case $(printf %s "$2" | tr -d "$3") in
    '') ;;
    *) die bad-request "$1 may not be $2" ;;
  esac
}

# A program of another version than the one that asks may mean something else by the same words.
same_program() {
  mine=$(sha256sum < "$0" | cut -c 1-12)
  if [ "$program" != "$mine" ]; then die program-outdated "installed is $mine, asked for is $program"; fi
}

# Reads lines of key=value into variables of the names given.
read_settings() {
  [ -r "$1" ] || die not-set-up "$1 is missing"
  while IFS='=' read -r key value; do
    case " $2 " in *" $key "*) eval "$key=\$value" ;; esac
  done < "$1"
}

# Bytes that are free where a folder is.
free_in() { echo $(($(df -Pk "$1" | awk 'NR == 2 { print $4 }') * 1024)); }

# What a backup has beside the dump, without tablespaces and settings of single databases: neither need be there. What a
# superuser granted is of the server's first one, whatever that is called here (PostgreSQL 16 refuses another's name).
# A psql from before August 2025 doesn't know the restricted mode that a newer pg_dumpall asks it for.
roles_of() {
  if psql --help=commands </dev/null | grep -q restrict; then unknown='^$'; else unknown='^\\\(un\)\{0,1\}restrict '; fi
  grep -v -e '^CREATE TABLESPACE' -e '^ALTER TABLESPACE' -e ' ON TABLESPACE ' -e ' IN DATABASE ' -e "$unknown" "$1" | awk '
    /^ALTER ROLE / && match($0, / WITH SUPERUSER /) { superusers[substr($0, 12, RSTART - 12)] }
    /^GRANT / {
      for (name in superusers) {
        by = " GRANTED BY " name ";"
        rest = length($0) - length(by)
        if (substr($0, rest + 1) == by) { $0 = substr($0, 1, rest) ";"; break }
      }
    }
    { print }'
}

json() { printf '"%s"' "$(printf %s "$1" | tr -d '\000-\037\177' | sed 's/\\/\\\\/g; s/"/\\"/g')"; }
json_or_null() { if [ -n "$1" ]; then json "$1"; else printf null; fi; }
`;
