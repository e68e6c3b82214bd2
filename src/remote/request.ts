import { randomBytes } from 'node:crypto';
import { BukaError } from '../errors';
import type { Script } from './script';

/** Seconds between the SIGTERM and the SIGKILL of a script whose deadline has passed. */
export const KILL_AFTER = 5;
/** The end of standard error that is kept, in bytes. */
const MOST_ERRORS = 65_536;

/**
 * The one command that Buka has a host's login shell run: a loop that reads requests and runs each as a script.
 * It is constant, on one line, and inside the quotes has no quote, backslash or exclamation mark, so that bash, dash,
 * fish and csh all pass it on unharmed.
 *
 * A request is a line `token seconds size block last`, then `size` bytes of shell text. Texts are never in an argument
 * list, where every user of the host could read them: a pipe hands them to the script's shell as /dev/fd/3. `read`
 * takes a pipe byte by byte (POSIX: it must not read past the line) and `head -c` exactly the bytes that it was asked
 * for, so what follows stays in the channel (descriptor 4) for the next request, or as the script's standard input.
 * A text that didn't arrive in whole isn't run.
 *
 * `timeout` puts the script in a process group of its own, which is killed when the script is over.
 *
 * The answer is the script's output, a line `token size`, and `size` bytes with standard error and the status. It
 * leaves in one piece (`dd obs=`): sshd doesn't set TCP_NODELAY, and a second small packet would wait a round trip for
 * the first one's receipt (Nagle, RFC 896). Where lines are wanted as they come, `dd bs=` passes on each at once.
 */
const LOOP = `
  LC_ALL=C; export LC_ALL; exec 4<&0 </dev/null;
  timeout -k 1 9 base64 -d && dd count=0 2>/dev/null || { echo; echo buka-lane unusable; exit 1; };
  echo; echo buka-lane ready;
  while IFS=" " read -r token seconds size block last <&4; do
    script=$(head -c "$size" <&4; echo .); script=\${script%.};
    [ "\${#script}" = "$size" ] || exit 1;
    {
      errors=$({
        printf %s "$script" | timeout -k ${KILL_AFTER} "$seconds" sh /dev/fd/3 3<&0 <&4 4<&- 2>&1 >&5 5>&- &
        wait "$!"; status=$?; kill -s KILL -- "-$!" 2>/dev/null; echo; echo "$status";
      } | tail -c ${MOST_ERRORS});
      echo; echo "$token \${#errors}"; printf %s "$errors";
    } 5>&1 | dd ibs=65536 "$block" 2>/dev/null;
    [ -z "$last" ] || exit 0;
  done`;

export const LANE_COMMAND = `sh -c '${LOOP.trim().replace(/\s*\n\s*/g, ' ')}'`;

/** What the loop says when it is there; on a line of its own; whatever a login shell says before is not ours. */
export const HELLO = /^buka-lane (ready|unusable)$/;

export interface Request {
  /** Random, so that no output can be taken for the end of it. */
  readonly token: string;
  readonly bytes: Buffer;
}

/**
 * A request for the loop; `streamed`: its lines are wanted as they come. Values travel as base64, so that no shell reads them; the full stop keeps the newlines at a
 * value's end, which a command substitution would take away.
 * @throws BukaError `value-has-nul`: no shell variable can hold one; `value-not-unicode`: it could not arrive as it is
 */
export function encodeRequest(
  script: Script<unknown>,
  { payload, streamed }: { payload: boolean; streamed: boolean },
): Request {
  const text = Buffer.from(
    [
      'set -eu',
      payload ? 'exec 3<&-' : 'exec 3<&- </dev/null',
      ...Object.entries(script.values).map(([name, value]) => assignment(script.name, name, value)),
      script.text,
      '',
    ].join('\n'),
  );
  if (text.includes(0)) throw hasNul(script.name, 'the text');
  const token = randomBytes(16).toString('hex');
  const seconds = (script.deadline / 1000).toFixed(3);
  const block = streamed ? 'bs=65536' : 'obs=65536';
  const header = [token, seconds, text.length, block, ...(payload ? ['last'] : [])].join(' ');
  return { token, bytes: Buffer.concat([Buffer.from(`${header}\n`), text]) };
}

function assignment(step: string, name: string, value: string): string {
  if (value.includes('\0')) throw hasNul(step, `"${name}"`);
  if (!value.isWellFormed())
    throw new BukaError({
      code: 'value-not-unicode',
      step,
      message: `"${name}" holds half a surrogate pair, which no byte stands for.`,
      left: 'Nothing was sent.',
    });
  const encoded = Buffer.from(value).toString('base64');
  return `${name}=$(printf %s ${encoded} | base64 -d; echo .); ${name}=\${${name}%.}`;
}

function hasNul(step: string, what: string): BukaError {
  return new BukaError({
    code: 'value-has-nul',
    step,
    message: `A NUL byte is in ${what}, and nothing on a host could receive it.`,
    left: 'Nothing was sent.',
  });
}
