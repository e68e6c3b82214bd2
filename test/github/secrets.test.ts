import { generateKeyPairSync } from 'node:crypto';
import { formsOf } from '../../src/github/secrets';

const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const body = key.split('\n').filter((line) => line && !line.startsWith('-----'));

describe('a private key is hidden', () => {
  const hidden = formsOf(key);

  test('as a whole and line by line', () => {
    expect(hidden).toEqual(expect.arrayContaining([key.trim(), ...body]));
  });

  test.each([
    ['in base64', Buffer.from(key).toString('base64')],
    ['in base64 without its last line break', Buffer.from(key.trim()).toString('base64')],
    ['in JSON', JSON.stringify({ key })],
  ])('%s', (_, text) => {
    expect(hidden.some((form) => text.includes(form))).toBe(true);
  });

  test('in the lines that the base64 program makes', () => {
    const lines =
      Buffer.from(key)
        .toString('base64')
        .match(/.{1,76}/g) ?? [];
    expect(lines.filter((line) => line.length >= 4 && !hidden.includes(line))).toEqual([]);
  });

  test('but not the words around it, which messages use too', () => {
    expect(hidden).not.toContain('-----BEGIN PRIVATE KEY-----');
  });
});

test('a passphrase is hidden however short, and with signs that JSON escapes', () => {
  expect(formsOf('ab\n')).toContain('ab');
  expect(formsOf('say "hi"')).toEqual(expect.arrayContaining(['say "hi"', 'say \\"hi\\"']));
});

test('nothing empty is hidden: the runner would refuse it', () => {
  expect(formsOf('abc\n\n\ndefgh').filter((form) => form.trim() === '')).toEqual([]);
});
