import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { attachLab } from '../../lab';
import { programVersion } from '../../src/backup';
import { type ProvisionOptions, type ProvisionReport, provision } from '../../src/provision';
import { file } from '../../src/provision/setup';
import { writeFiles } from '../../src/provision/write-files';
import { Connections } from '../../src/remote';
import { RecordingReporter } from '../../src/reporter';
import { makeKey } from '../remote/keys';

/** A backup server and a database host are set up over SSH as root, from whatever state they are in. */
jest.setTimeout(180_000);

const lab = attachLab();
const { cluster } = lab;
const { service } = cluster;
if (cluster.backup === undefined || cluster.database === undefined) throw new Error('the lab has no backups');
const server = cluster.backup.host;
const backup = server.name;
const database = cluster.database.host.name;

let folder: string;
let connections: Connections;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'buka-provision-'));
  const { secret, shared } = makeKey(folder, 'root', '-t', 'ed25519');
  // The lab's own key logs in as the deploy user only.
  for (const host of [backup, database])
    await root(host, `umask 077; mkdir -p /root/.ssh; printf '%s\n' '${shared.trim()}' > /root/.ssh/authorized_keys`);
  connections = new Connections({ privateKey: secret, knownHosts: readFileSync(lab.knownHostsFile, 'utf8') });
});

afterAll(async () => {
  await run().catch(() => {});
  await connections?.close();
  await root(database, `sed -i 's/^host ${service} ${service} /host all all /' /etc/postgresql/*/main/pg_hba.conf`);
  for (const host of [backup, database]) await root(host, 'rm -rf /root/.ssh');
  rmSync(folder, { recursive: true, force: true });
});

async function root(host: string, text: string): Promise<string> {
  const { status, stdout, stderr } = await lab.shell(host, text);
  if (status !== 0) throw new Error(`${host}: ${text}: ${stderr}`);
  return stdout;
}

let reporter: RecordingReporter;

async function run(options: Partial<ProvisionOptions> = {}, of = cluster): Promise<ProvisionReport> {
  const remote = connections.to.bind(connections);
  reporter = new RecordingReporter();
  const work = { cluster: of, remote, reporter, run: { id: randomUUID(), by: 'test' } };
  return provision(work, { check: false, hosts: [backup, database], user: 'root', ...options });
}

const seen = ({ differences }: ProvisionReport) => differences.map((one) => `${one.host} ${one.what}: ${one.seen}`);

/** What the deploy user is answered, over SSH and through sudo, as a run asks. */
async function ask(host: string, request: string): Promise<string> {
  const [as, program] =
    host === backup ? ['buka-backup', '/usr/local/lib/buka/backup'] : ['postgres', '/usr/local/lib/buka/restore'];
  const command = ['sudo', '-n', '-u', as, program];
  const { stdout, stderr } = await lab.execInNetwork(['ssh', ...lab.sshArguments(host, command)], { input: request });
  return stdout + stderr;
}
const list = () => ask(backup, `service=${service}\nprogram=${programVersion.backup}\ndo=list\n`);
const take = () =>
  ask(backup, `service=${service}\nprogram=${programVersion.backup}\ndo=take\nkind=manual\nrun=test\nby=test\n`);
const previous = () => ask(database, `service=${service}\nprogram=${programVersion.restore}\ndo=previous\n`);

/** Takes away all that there is of it, as if it had never been set up; packages stay. The database lets only the app in. */
async function strip(): Promise<void> {
  await root(
    backup,
    `systemctl stop 'buka-backup*.timer'
    rm -rf /usr/local/lib/buka /etc/buka /var/lib/buka-backup /etc/sudoers.d/buka-* /etc/postgresql-common/createcluster.d/buka.conf
    rm -f /etc/systemd/system/buka-backup*@.service /etc/systemd/system/buka-backup*@.timer /etc/systemd/system/timers.target.wants/buka-*
    systemctl daemon-reload; userdel buka-backup 2>&1`,
  );
  await root(
    database,
    `rm -rf /usr/local/lib/buka /etc/buka /etc/sudoers.d/buka-*
    sed -i '/buka_backup/d; s/^host all all /host ${service} ${service} /' /etc/postgresql/*/main/pg_hba.conf
    cd /; runuser -u postgres -- psql -q -c 'DROP ROLE buka_backup' -c 'SELECT pg_reload_conf()' >/dev/null`,
  );
}

const secrets = async () => [
  await root(backup, `cd /etc/buka/backup/${service}; cat password pgpass`),
  await root(database, `cat /etc/buka/restore/${service}/key`),
  await root(
    database,
    `cd /; runuser -u postgres -- psql -Atc "SELECT rolpassword FROM pg_authid WHERE rolname = 'buka_backup'"`,
  ),
];

it('a lab is set up as buka provision sets hosts up: there is nothing to change', async () => {
  expect(seen(await run({ check: true }))).toEqual([]);
  expect((await run()).outcome).toBe('nothing-to-change');
});

it('hosts on which nothing is left are set up again, and the second time nothing changes', async () => {
  await strip();
  expect(await list()).toMatch(/password is required|not found|a terminal is required|unknown user/);
  const checked = await run({ check: true });
  expect(checked.outcome).toBe('differs');
  expect(seen(checked)).toContain(`${backup} account buka-backup: missing`);
  expect(await root(backup, 'ls /usr/local/lib/buka 2>/dev/null | wc -l')).toBe('0\n');

  expect((await run()).outcome).toBe('changed');
  expect(reporter.lines.filter((line) => line.startsWith('warning: '))).toEqual([
    expect.stringMatching(/password now, in \/etc\/buka\/backup\/.*secret store/),
  ]);
  const made = await secrets();
  expect(seen(await run({ check: true }))).toEqual([]);
  expect(await run()).toMatchObject({ outcome: 'nothing-to-change', differences: [] });
  expect(await secrets()).toEqual(made);

  expect(await list()).toBe('listed\n');
  expect(await take()).toMatch(/^manifest \{/m);
  expect(await previous()).toMatch(/listed\n$/);
  expect(await root(backup, 'systemctl list-timers --all --no-legend | grep -c buka-')).toBe('2\n');
});

it('a database host that boots again is as it was left: there is nothing to change', async () => {
  await lab.powerOff(database);
  await lab.powerOn(database);
  await lab.waitForSsh([database]);
  await root(database, 'systemctl is-system-running --wait');
  expect(seen(await run({ check: true }))).toEqual([]);
});

it('the nightly unit makes a backup that is proven, inside its sandbox', async () => {
  await root(
    backup,
    `systemctl start buka-backup@${service}.service || { journalctl -n 20 -u buka-backup@${service} >&2; exit 1; }`,
  );
  const [, manifest = ''] = /manifest (.*)\nlisted/.exec(await list()) ?? [];
  expect(JSON.parse(manifest)).toMatchObject({ service, kind: 'nightly', release: null, reason: null });
  await root(backup, `systemctl start buka-backup-verify@${service}.service`);
});

it('what somebody changed is shown, changed nothing by looking, and is put right; the rest stays', async () => {
  const before = await secrets();
  await root(
    backup,
    `echo '# mine' >> /usr/local/lib/buka/backup; chmod 644 /etc/buka/backup/${service}/password
    echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFx stranger' >> /var/lib/buka-backup/.ssh/authorized_keys
    systemctl -q disable --now buka-backup@${service}.timer; systemctl stop buka-backup-verify@${service}.timer`,
  );
  await root(
    database,
    `printf 'deploy ALL=(ALL) NOPASSWD: ALL\n' > /etc/sudoers.d/buka-restore
    cd /; runuser -u postgres -- psql -qc "ALTER ROLE buka_backup CREATEDB"`,
  );
  const wanted = [
    `${database} /etc/sudoers.d/buka-restore: other content`,
    `${backup} /usr/local/lib/buka/backup: other content`,
    `${backup} /var/lib/buka-backup/.ssh/authorized_keys: other content`,
    `${backup} /etc/buka/backup/${service}/password: mode 0644 instead of 0640`,
    `${backup} buka-backup@${service}.timer: not enabled and running`,
    `${backup} buka-backup-verify@${service}.timer: not enabled and running`,
    `${database} role buka_backup: missing, or with other rights`,
  ];
  expect(seen(await run({ check: true }))).toEqual(wanted);
  expect(seen(await run({ check: true }))).toEqual(wanted);
  expect(seen(await run())).toEqual(wanted);
  expect(seen(await run({ check: true }))).toEqual([]);
  expect(await secrets()).toEqual(before);
});

it("a reader whose password in PostgreSQL is another gets the backup server's again", async () => {
  const [files] = await secrets();
  await root(database, `cd /; runuser -u postgres -- psql -qc "ALTER ROLE buka_backup PASSWORD 'other'"`);
  expect(await take()).toMatch(/^error database-unreachable/m);
  const [difference, ...others] = seen(await run());
  expect(difference).toContain('role buka_backup: does not let');
  expect(others).toEqual([]);
  expect(await take()).toMatch(/^manifest \{/m);
  expect((await secrets())[0]).toBe(files);
});

it('a sudoers file that is broken never replaces the good one', async () => {
  const path = '/etc/sudoers.d/buka-backup';
  const good = await root(backup, `cat ${path}`);
  const remote = await connections.to({ ...server, user: 'root' });
  const broken = file(path, 'deploy ALL=(buka-backup NOPASSWD: oops\n', { mode: 0o440, checkedBy: 'visudo' });
  await expect(remote.run(writeFiles([broken]))).rejects.toMatchObject({ code: 'file-refused' });
  expect(await root(backup, `cat ${path}; ls -A /etc/sudoers.d`)).toBe(
    `${good}${await root(backup, 'ls -A /etc/sudoers.d')}`,
  );
  expect(await root(backup, 'ls -A /etc/sudoers.d')).not.toContain('.buka-backup');
  expect(await list()).toContain('listed');
});

it("no new password is made for a repository that is there: the old one's place is told", async () => {
  const path = `/etc/buka/backup/${service}/password`;
  await root(backup, `mv ${path} /root/password`);
  await expect(run()).rejects.toMatchObject({ code: 'secret-lost', failure: { host: backup } });
  // As the documentation says, from the secret store: without an owner of its own.
  await root(backup, `umask 077; cat < /root/password > ${path}; rm /root/password`);
  expect(seen(await run())).toEqual([
    `${backup} ${path}: mode 0600 instead of 0640, belongs to root:root instead of root:buka-backup`,
  ]);
  expect(await list()).toContain('manifest ');
});

it('an account that was deleted, and comes back with another id, has its backups again', async () => {
  await root(
    backup,
    `userdel buka-backup; chown -R 4242:4242 /var/lib/buka-backup/${service}; id another >/dev/null 2>&1 || useradd --system --uid 979 -M another`,
  );
  await run();
  expect(await list()).toContain('manifest ');
  expect(await root(backup, `find /var/lib/buka-backup/${service} ! -user buka-backup | wc -l; userdel another`)).toBe(
    '0\n',
  );
});

it('another service on the same machines gets a place of its own and reads by the same role; the first one stays', async () => {
  const before = await secrets();
  const other = { ...cluster, service: 'other' };
  expect((await run({}, other)).outcome).toBe('changed');
  expect(seen(await run({ check: true }, other))).toEqual([]);
  expect(seen(await run({ check: true }))).toEqual([]);
  expect(await secrets()).toEqual(before);
  const keys = await root(backup, 'cat /var/lib/buka-backup/.ssh/authorized_keys');
  expect(keys.match(/restore-source (\S+)",restrict ssh-ed25519 /g)).toHaveLength(2);
  const [one, two] = ['password', 'pgpass'].map((name) => `cmp -s /etc/buka/backup/{${service},other}/${name}`);
  expect(await root(backup, `bash -c '${two}' && ! bash -c '${one}'; echo $?`)).toBe('0\n');
  expect(await ask(backup, `service=other\nprogram=${programVersion.backup}\ndo=list\n`)).toBe('listed\n');
  await root(backup, "systemctl -q disable --now 'buka-backup@other.timer' 'buka-backup-verify@other.timer'");
  await root(
    backup,
    'rm -r /etc/buka/backup/other /var/lib/buka-backup/other; sed -i /other/d /var/lib/buka-backup/.ssh/authorized_keys',
  );
  await root(database, 'rm -r /etc/buka/restore/other');
});

it("a package that is missing comes from the host's own sources; what they lack is told", async () => {
  // A source that is reachable without a way out: restic as it is installed, packed again.
  await root(
    backup,
    `set -e; mkdir -p /srv/source/tree/DEBIAN; cd /srv/source
    dpkg -s restic | grep -E '^(Package|Version|Architecture|Maintainer|Description):' > tree/DEBIAN/control
    dpkg -L restic | while read -r path; do if [ -f "$path" ]; then echo "$path"; fi; done | tar -c -P -T - | tar -x -C tree
    dpkg-deb -Znone --root-owner-group --build tree restic.deb >/dev/null
    { cat tree/DEBIAN/control; echo Filename: ./restic.deb; echo "Size: $(stat -c %s restic.deb)"; echo "SHA256: $(sha256sum restic.deb | cut -c 1-64)"; } > Packages
    cp /etc/apt/sources.list /srv/sources.list; : > /etc/apt/sources.list
    dpkg --purge restic >/dev/null`,
  );
  try {
    await expect(run()).rejects.toMatchObject({
      code: 'packages-failed',
      failure: { host: backup, seen: expect.stringContaining('restic') },
    });
    await root(backup, "echo 'deb [trusted=yes] file:/srv/source ./' > /etc/apt/sources.list");
    expect(seen(await run())).toEqual([`${backup} package restic: missing`]);
    expect(await take()).toMatch(/^manifest \{/m);
  } finally {
    await root(
      backup,
      'dpkg -s restic >/dev/null || dpkg -i /srv/source/restic.deb; mv /srv/sources.list /etc/apt/sources.list; rm -r /srv/source',
    );
  }
});

it('whoever is not root changes nothing, and is told so', async () => {
  const privateKey = readFileSync(lab.privateKeyFile, 'utf8');
  const others = new Connections({ privateKey, knownHosts: readFileSync(lab.knownHostsFile, 'utf8') });
  const remote = others.to.bind(others);
  const asDeploy = { check: true, hosts: [backup], user: server.user };
  const work = { cluster, remote, reporter: new RecordingReporter(), run: { id: 'run', by: 'test' } };
  await expect(provision(work, asDeploy)).rejects.toMatchObject({ code: 'not-root' });
  await others.close();
});

it('no password is in the log of PostgreSQL, whatever it logs', async () => {
  const before = Number(await root(database, 'cat /var/log/postgresql/*.log | wc -c'));
  await root(
    database,
    `cd /; runuser -u postgres -- psql -qc "ALTER SYSTEM SET log_statement = 'all'" -c 'SELECT pg_reload_conf()' >/dev/null`,
  );
  try {
    await root(database, `cd /; runuser -u postgres -- psql -qc "ALTER ROLE buka_backup PASSWORD 'other'"`);
    await run();
    const password = (await root(backup, `cut -d : -f 5 /etc/buka/backup/${service}/pgpass`)).trim();
    const log = await root(database, `tail -q -c +${1 + before} /var/log/postgresql/*.log`);
    expect(log).toContain("PASSWORD 'other'");
    expect(password).toHaveLength(43);
    expect(log).not.toContain(password);
    expect(log).not.toMatch(/PASSWORD 'SCRAM/);
  } finally {
    await root(
      database,
      `cd /; runuser -u postgres -- psql -qc 'ALTER SYSTEM RESET log_statement' -c 'SELECT pg_reload_conf()' >/dev/null`,
    );
  }
});
