import { createHash, createHmac } from 'node:crypto';
import { hbaLine, hbaLines, pgpassLine, readerSql, scramVerifier } from '../../src/provision';
import { cluster } from './cluster';

describe('the role that backups are read with', () => {
  it("gets a password that PostgreSQL checks without ever having seen it (RFC 7677's example)", () => {
    const salt = 'W22ZaJ0SNY7soEsUEjb6gQ==';
    const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
    const message = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=${salt},i=4096,c=biws,r=${nonce}`;
    const verifier = scramVerifier('pencil', Buffer.from(salt, 'base64'));
    const [, found, stored = '', server = ''] = /^SCRAM-SHA-256\$4096:([^$]+)\$([^:]+):(.+)$/.exec(verifier) ?? [];
    expect(found).toBe(salt);
    const sign = (key: string) => createHmac('sha256', Buffer.from(key, 'base64')).update(message).digest();
    // What the server answers in the example.
    expect(sign(server).toString('base64')).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
    // The client's key is its proof without the signature, and the server keeps its hash.
    const proof = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');
    const clientKey = sign(stored).map((byte, at) => byte ^ (proof[at] ?? 0));
    expect(createHash('sha256').update(clientKey).digest('base64')).toBe(stored);
  });

  it('reads everything and writes nothing; its password is changed only when one is given', () => {
    const sql = readerSql();
    expect(sql).toContain('ALTER ROLE buka_backup LOGIN BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;');
    expect(sql).toContain('SET default_transaction_read_only = on');
    expect(sql).toContain('GRANT pg_read_all_data TO buka_backup');
    expect(sql).not.toContain('PASSWORD');
    expect(readerSql('SCRAM-SHA-256$x')).toContain(" NOREPLICATION PASSWORD 'SCRAM-SHA-256$x';");
  });

  it('may read the log as it is written in continuous mode only', () => {
    expect(readerSql(undefined, 'continuous')).toContain(' NOCREATEROLE REPLICATION;');
    const of = cluster('backup: { host: backup1,', 'backup: { host: backup1, mode: continuous,');
    expect(hbaLines(cluster())).toHaveLength(1);
    expect(hbaLines(of)[1]).toBe('host replication buka_backup 10.0.0.41/32 scram-sha-256 # Buka: backups');
  });

  it('is let in from the backup server alone', () => {
    expect(hbaLine(cluster())).toBe('host all buka_backup 10.0.0.41/32 scram-sha-256 # Buka: backups');
    expect(hbaLine(cluster('10.0.0.41', "'fd00::41'"))).toContain(' fd00::41/128 ');
    expect(hbaLine(cluster('10.0.0.41', 'backup.example.org'))).toContain(' backup.example.org ');
  });

  it('has its password in a line that PostgreSQL finds, also for an IPv6 address', () => {
    expect(pgpassLine(cluster(), 'pw')).toBe('10.0.0.31:5432:*:buka_backup:pw\n');
    expect(pgpassLine(cluster('10.0.0.31', "'fd00::31'"), 'pw')).toBe('fd00\\:\\:31:5432:*:buka_backup:pw\n');
  });
});
