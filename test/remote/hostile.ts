import fc from 'fast-check';

/** What shells, `printf`, `base64`, `read` and our own framing have been known to trip over. */
export const hostile = [
  '',
  '\n',
  '\n\n\n',
  'ends with newlines\n\n',
  ' leading and trailing ',
  "it's",
  '"quoted"',
  "'; touch /tmp/buka-pwned; '",
  '$(touch /tmp/buka-pwned)',
  '`touch /tmp/buka-pwned`',
  '$HOME ${PATH} $$ $?',
  '; touch /tmp/buka-pwned',
  '&& touch /tmp/buka-pwned || touch /tmp/buka-pwned',
  '| cat > /tmp/buka-pwned',
  '-n',
  '-e \\n',
  '--help',
  '\\',
  '\\n\\0\\c',
  '%s%n%d',
  '*',
  '~root',
  '!!',
  '# comment',
  'a\rb\r\n',
  'tab\there',
  '\u0001\u001b[31m\u007f',
  'Kopi Susu – Rp 18.000 ☕',
  '日本語',
  '👩‍👩‍👧',
  '\ufeff\u2028\u202e',
  'EOF\nEOF',
  '.',
  '-',
  'buka-lane ready\n',
] as const;

const tricky = fc.constantFrom(...hostile);
/** Any string but one with a NUL: pieces that mean something to a shell, between any others. */
export const hostileString = fc
  .array(fc.oneof(tricky, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), { maxLength: 6 })
  .map((pieces) => pieces.join('').replaceAll('\0', ''));
