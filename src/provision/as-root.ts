import { BukaError } from '../errors';
import { type Output, succeeded } from '../remote';

const NOT_ROOT = 77;
const NOT_DEBIAN = 78;

/** Shell text that only root runs, on a host with apt, and whatever its login has for a PATH. */
export const asRoot = (text: string): string => `
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd /
[ "$(id -u)" = 0 ] || exit ${NOT_ROOT}
command -v apt-get >/dev/null || exit ${NOT_DEBIAN}
${text}`;

/**
 * "0 or fail", for such a text.
 * @throws BukaError `not-root`, `not-debian`, `script-failed`
 */
export function done(output: Output): Output {
  if (output.status === NOT_ROOT)
    throw new BukaError({
      code: 'not-root',
      message: 'Setting a host up takes root, and this login is not.',
      left: 'Nothing was changed on it.',
      hint: 'Let root log in with a key (`PermitRootLogin prohibit-password`), or follow docs/backup-setup.md by hand.',
    });
  if (output.status === NOT_DEBIAN)
    throw new BukaError({
      code: 'not-debian',
      message: 'There is no apt on it: only Debian and Ubuntu are set up by this.',
      left: 'Nothing was changed on it.',
      hint: 'docs/backup-setup.md lists what must be there, to be set up by hand.',
    });
  return succeeded(output);
}
