import type { Remote, RunOptions } from './remote';
import type { Script } from './script';

/**
 * The script's own text travels as a value, and is the text of another shell. Values go on as its environment, which
 * nobody but that user can read (proc(5), `/proc/pid/environ`); a script that works on a secret is not for this.
 */
const text = String.raw`
if [ "$(id -un)" = "$become_user" ]; then eval "$become_text"; exit; fi
for become_name in $become_names; do export "$become_name"; done
become_home=$(getent passwd -- "$become_user" | cut -d : -f 6)
# As after its own login: it may not even look into root's home, and find(1) fails there.
cd -- "$become_home" 2>/dev/null || cd /
exec setpriv --reuid "$become_user" --regid "$(id -g -- "$become_user")" --init-groups -- \
  env HOME="$become_home" USER="$become_user" LOGNAME="$become_user" sh -eu -c "$become_text"
`;

const known = new WeakMap<Remote, Map<string, Remote>>();

/** Root's connection, with each script run as another user of the host, in that one's home and groups. */
export function become(root: Remote, user: string): Remote {
  const users = known.get(root) ?? new Map<string, Remote>();
  known.set(root, users);
  const one = users.get(user) ?? {
    host: { ...root.host, user },
    run: <Result>(script: Script<Result>, options?: RunOptions) => root.run(asUser(script, user), options),
  };
  users.set(user, one);
  return one;
}

const asUser = <Result>(script: Script<Result>, user: string): Script<Result> => ({
  ...script,
  text,
  values: {
    ...script.values,
    become_user: user,
    become_names: Object.keys(script.values).join(' '),
    become_text: script.text,
  },
});
