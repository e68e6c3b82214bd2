import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkHostKey, hostKeyAlgorithms } from '../../src/remote/host-key';
import { fingerprint, KnownHosts } from '../../src/remote/known-hosts';
import { makeKey } from './keys';

let folder: string;
let ed25519: ReturnType<typeof makeKey>;
let ecdsa: ReturnType<typeof makeKey>;
let other: ReturnType<typeof makeKey>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'buka-known-'));
  ed25519 = makeKey(folder, 'ed25519', '-t', 'ed25519');
  ecdsa = makeKey(folder, 'ecdsa', '-t', 'ecdsa');
  other = makeKey(folder, 'other', '-t', 'ed25519');
});
afterAll(() => rmSync(folder, { recursive: true }));

const judge = (text: string, address: string, port = 22, key = ed25519.blob) =>
  new KnownHosts(text).judge(address, port, key).kind;

/** What ssh-keygen makes of a file. */
function keygen(text: string, ...args: string[]): string {
  const file = join(folder, 'known_hosts');
  writeFileSync(file, text);
  execFileSync('ssh-keygen', [...args, '-f', file], { stdio: 'ignore' });
  return readFileSync(file, 'utf8');
}

describe('a known_hosts file', () => {
  it('names a host plainly, in a list, or by its port', () => {
    expect(judge(`10.0.0.11 ${ed25519.shared}`, '10.0.0.11')).toBe('known');
    expect(judge(`lb1,10.0.0.11,lb1.example ${ed25519.shared} root@lb1`, 'LB1.example')).toBe('known');
    expect(judge(`[10.0.0.11]:2222 ${ed25519.shared}`, '10.0.0.11', 2222)).toBe('known');
    expect(judge(`[10.0.0.11]:2222 ${ed25519.shared}`, '10.0.0.11')).toBe('unknown');
    expect(judge(`fd00::11 ${ed25519.shared}`, 'fd00::11')).toBe('known');
    expect(judge(`10.0.0.1 ${ed25519.shared}`, '10.0.0.11')).toBe('unknown');
  });

  it('may be hashed by ssh-keygen -H, also with ports', () => {
    const plain = `lb1,10.0.0.11 ${ed25519.shared}\n[10.0.0.11]:2222 ${ecdsa.shared}\n`;
    const hashed = keygen(plain, '-H');
    expect(hashed).not.toContain('10.0.0.11');
    expect(judge(hashed, '10.0.0.11')).toBe('known');
    expect(judge(hashed, 'lb1')).toBe('known');
    expect(judge(hashed, '10.0.0.11', 2222, ecdsa.blob)).toBe('known');
    expect(judge(hashed, '10.0.0.11', 2222, ed25519.blob)).toBe('mismatch');
    expect(judge(hashed, '10.0.0.12')).toBe('unknown');
  });

  it('forgets a host by ssh-keygen -R, and so do we', () => {
    const without = keygen(
      keygen(`10.0.0.11 ${ed25519.shared}\n10.0.0.12 ${ed25519.shared}\n`, '-H'),
      '-R',
      '10.0.0.11',
    );
    expect(judge(without, '10.0.0.11')).toBe('unknown');
    expect(judge(without, '10.0.0.12')).toBe('known');
  });

  it('may have patterns, and exceptions from them', () => {
    const text = `*.pos.example,10.0.?.1?,!lb9.pos.example ${ed25519.shared}`;
    expect(judge(text, 'lb1.pos.example')).toBe('known');
    expect(judge(text, 'lb9.pos.example')).toBe('unknown');
    expect(judge(text, '10.0.0.11')).toBe('known');
    expect(judge(text, '10.0.0.111')).toBe('unknown');
    expect(judge(`[*.pos.example]:2222 ${ed25519.shared}`, 'lb1.pos.example', 2222)).toBe('known');
  });

  it('does not take hours to match a malicious pattern', () => {
    expect(judge(`${'*a'.repeat(200)}b ${ed25519.shared}`, 'a'.repeat(250))).toBe('unknown');
  });

  it('counts for another port of the host when that port has no key of its own, as in OpenSSH', () => {
    expect(judge(`10.0.0.11 ${ed25519.shared}`, '10.0.0.11', 2222)).toBe('known');
    expect(judge(`10.0.0.11 ${ed25519.shared}`, '10.0.0.11', 2222, other.blob)).toBe('unknown');
    const both = `10.0.0.11 ${ed25519.shared}\n[10.0.0.11]:2222 ${other.shared}`;
    expect(judge(both, '10.0.0.11', 2222)).toBe('mismatch');
  });

  it('may have several keys for a host', () => {
    const text = `10.0.0.11 ${ecdsa.shared}\n10.0.0.11 ${ed25519.shared}`;
    expect(judge(text, '10.0.0.11')).toBe('known');
    expect(judge(text, '10.0.0.11', 22, ecdsa.blob)).toBe('known');
    expect(judge(text, '10.0.0.11', 22, other.blob)).toBe('mismatch');
  });

  it('may revoke a key, wherever the line stands', () => {
    const text = `10.0.0.11 ${ed25519.shared}\n@revoked * ${ed25519.shared}`;
    expect(judge(text, '10.0.0.11')).toBe('revoked');
    expect(judge(text, '10.0.0.11', 22, other.blob)).toBe('mismatch');
  });

  it('does not make an authority’s key the host’s own', () => {
    expect(judge(`@cert-authority * ${ed25519.shared}`, '10.0.0.11')).toBe('unknown');
  });

  it('may have comments, empty lines, tabs and carriage returns', () => {
    expect(judge(`# ours\r\n\r\n  10.0.0.11\t${ed25519.shared}\r\n`, '10.0.0.11')).toBe('known');
  });
});

describe('what a person is told about a host key', () => {
  const host = { name: 'lb1', address: '10.0.0.11', port: 2222, user: 'deploy' };
  const check = (text: string) => checkHostKey(new KnownHosts(text), host, ed25519.blob)?.failure;

  it('is the fingerprint, as ssh-keygen prints it', () => {
    const printed = execFileSync('ssh-keygen', ['-lf', `${ed25519.path}.pub`], { encoding: 'utf8' }).split(' ')[1];
    expect(fingerprint(ed25519.blob)).toBe(printed);
    expect(check('')).toMatchObject({ code: 'host-key-unknown', host: 'lb1', seen: `ssh-ed25519 ${printed}` });
  });

  it('is a line that makes the host known, once it is verified and added', () => {
    const line = check('')?.hint?.split('add the line: ')[1] ?? '';
    expect(line).toBe(`[10.0.0.11]:2222 ${ed25519.shared}`);
    expect(check(line)).toBeUndefined();
  });

  it('is which key was expected', () => {
    expect(check(`[10.0.0.11]:2222 ${other.shared}`)).toMatchObject({
      code: 'host-key-mismatch',
      seen: expect.stringContaining(`${fingerprint(other.blob)} (line 1)`),
    });
  });

  it('is that the line of an authority, or one that can’t be read, did not help', () => {
    expect(check(`@cert-authority * ${ed25519.shared}\n10.0.0.11 ssh-ed25519 AAAAnonsense`)?.message).toMatch(
      /Line 1 names an authority.*Not readable: line 2/,
    );
  });
});

describe('the key that a server is asked for', () => {
  it('is one of a type that is known, and never signed with SHA-1', () => {
    const host = { name: 'lb1', address: '10.0.0.11', port: 22, user: 'deploy' };
    const algorithms = (text: string) => hostKeyAlgorithms(new KnownHosts(text), host);
    expect(algorithms('')[0]).toBe('ssh-ed25519');
    expect(algorithms(`10.0.0.11 ${ecdsa.shared}`)[0]).toBe('ecdsa-sha2-nistp256');
    expect(algorithms('')).not.toContain('ssh-rsa');
  });
});
