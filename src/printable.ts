/**
 * Text from a host or a file as it may reach a terminal or a job's log: no escape sequence, no carriage return that
 * hides what came before it. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => {
    if (sign === '\n' || sign === '\t') return sign;
    return `\\u{${sign.codePointAt(0)?.toString(16)}}`;
  });
}
