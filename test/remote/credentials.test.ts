import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Connections } from '../../src/remote';
import { makeKey } from './keys';

jest.setTimeout(60_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'buka-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const refusal = (privateKey: string, passphrase?: string) => {
  try {
    new Connections({ privateKey, passphrase, knownHosts: '' });
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe.each([
  ['ed25519', []],
  ['rsa', ['-b', '2048']],
  ['ecdsa', []],
  ['rsa', ['-b', '2048', '-m', 'PEM']],
])('a private key of type %s %j', (type, args) => {
  const name = [type, ...args].join('');

  it('is taken as it is, also with carriage returns', () => {
    const { secret } = makeKey(folder, name, '-t', type, ...args);
    expect(refusal(secret)).toBeUndefined();
    expect(refusal(secret.replaceAll('\n', '\r\n'))).toBeUndefined();
    expect(refusal(secret, 'not needed')).toBeUndefined();
  });

  it('that is encrypted needs the right passphrase', () => {
    const { secret } = makeKey(folder, `${name}-locked`, '-t', type, ...args, '-N', 'open sesame');
    expect(refusal(secret, 'open sesame')).toBeUndefined();
    expect(refusal(secret, 'open barley')).toBe('passphrase-wrong');
    expect(refusal(secret)).toBe('passphrase-needed');
    expect(refusal(secret, '')).toBe('passphrase-needed');
  });
});

describe('credentials that nobody could log in with', () => {
  it('are refused before any host is asked', () => {
    expect(refusal('')).toBe('credentials-missing');
    expect(refusal('not a key')).toBe('private-key-unreadable');
    expect(refusal(makeKey(folder, 'shared', '-t', 'ed25519').shared)).toBe('private-key-unreadable');
  });

  it('never show the key', () => {
    const { secret } = makeKey(folder, 'cut', '-t', 'ed25519');
    const middle = secret.split('\n')[2] ?? '';
    expect(() => new Connections({ privateKey: secret.slice(0, 150), knownHosts: '' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(middle.slice(0, 20)) }),
    );
  });
});
