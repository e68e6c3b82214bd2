import type { Host } from '../cluster';
import { fields, type Script } from '../remote';
import { seconds } from '../units';
import { asRoot, done } from './as-root';
import type { OwnFacts } from './facts';

const text = asRoot(String.raw`
interface=
if command -v ip >/dev/null; then
  for one in $(getent ahosts "$address" | awk '{ print $1 }' | sort -u); do
    found=$(ip -o address show to "$one" | awk '{ sub(/@.*/, "", $2); print $2; exit }')
    [ -z "$found" ] || interface=$found
  done
fi
printf 'interface=%s\n' "$interface"
home=; group=
if line=$(getent passwd -- "$user"); then
  home=$(printf %s "$line" | cut -d : -f 6)
  group=$(id -gn -- "$user")
fi
printf 'home=%s\ngroup=%s\n' "$home" "$group"
`);

/** What a host's set-up needs to know of the host itself. */
export const askOwnFacts = ({ address, user }: Host): Script<OwnFacts> => ({
  name: 'look',
  text,
  values: { address, user },
  deadline: seconds(30),
  parse(output) {
    const found = fields(done(output).stdout, ['interface', 'home', 'group']);
    return {
      interface: found.interface || undefined,
      deploy: found.home ? { home: found.home, group: found.group } : undefined,
    };
  },
});
