import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { attachLab } from '../../lab';
import type { Host } from '../../src/cluster';
import { type ConnectionOptions, Connections, type Credentials, script } from '../../src/remote';
import { milliseconds, seconds } from '../../src/units';
import { hostile, hostileString } from '../remote/hostile';
import { makeKey } from '../remote/keys';

jest.setTimeout(120_000);

const lab = attachLab();
const [target, victim] = lab.cluster.workers.hosts as [Host, Host];
const jump = lab.cluster.loadBalancers.hosts[0] as Host;
const knownHosts = readFileSync(lab.knownHostsFile, 'utf8');
const privateKey = readFileSync(lab.privateKeyFile, 'utf8');

let folder: string;
let locked: ReturnType<typeof makeKey>;
let stranger: ReturnType<typeof makeKey>;
/** Names of the second sshd, with an ECDSA and an RSA key, as its known_hosts lines. */
let onPort: { ecdsa: string; rsa: string };
const opened: Connections[] = [];

/** Connections that are closed when the test is over. */
function connections(credentials: Partial<Credentials> = {}, options?: ConnectionOptions): Connections {
  const made = new Connections({ privateKey, knownHosts, ...credentials }, options);
  opened.push(made);
  return made;
}

const say = (text: string, values: Record<string, string> = {}) =>
  script({ name: 'say', text, values, deadline: seconds(20), parse: ({ stdout }) => stdout });
const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
};
const root = async (host: Host, text: string) => {
  const { status, stdout, stderr } = await lab.shell(host.name, text);
  if (status !== 0) throw new Error(`${host.name}: ${stderr}`);
  return stdout;
};
const failure = (code: string, more: object = {}) => ({ failure: expect.objectContaining({ code, ...more }) });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'buka-lab-remote-'));
  locked = makeKey(folder, 'locked', '-t', 'ed25519', '-N', 'open sesame');
  stranger = makeKey(folder, 'stranger', '-t', 'ed25519');
  const user = (name: string, shell: string) => `
    useradd -m -s ${shell} ${name}; mkdir -m 700 ~${name}/.ssh; cat ~deploy/.ssh/authorized_keys > ~${name}/.ssh/authorized_keys
    echo '${locked.shared}' >> ~${name}/.ssh/authorized_keys; chown -R ${name}: ~${name}/.ssh`;
  await root(
    target,
    `set -e; ${user('dashing', '/bin/dash')}; ${user('bashful', '/bin/bash')}; ${user('banned', '/usr/sbin/nologin')}
    printf '%s\\n' 'echo "Welcome to the shop"; echo "Mind the step" >&2; printf "no newline"' > ~bashful/.bashrc
    for type in ecdsa rsa; do ssh-keygen -q -t $type -N '' -f /etc/ssh/test_$type; done
    for port in 2222 2223; do
      systemd-run -q --unit test-sshd-$port /usr/sbin/sshd -D -p $port -o PidFile=none -o HostKey=/etc/ssh/test_ecdsa \\
        -o HostKey=/etc/ssh/test_rsa -o MaxSessions=$((port == 2223 ? 2 : 10)) -o "AllowTcpForwarding $([ $port = 2222 ] && echo no || echo yes)"
    done
    until ss -ltn | grep -q :2222 && ss -ltn | grep -q :2223; do sleep 0.1; done`,
  );
  const shared = async (type: string) => (await root(target, `cut -d' ' -f1,2 /etc/ssh/test_${type}.pub`)).trim();
  onPort = { ecdsa: await shared('ecdsa'), rsa: await shared('rsa') };
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

afterAll(async () => {
  await root(
    target,
    `systemctl stop test-sshd-2222 test-sshd-2223; rm -f /etc/ssh/test_*; for user in dashing bashful banned; do userdel -rf $user 2>/dev/null; done; true`,
  );
  rmSync(folder, { recursive: true });
});

describe('values over a real sshd', () => {
  it('arrive byte for byte, whatever they hold', async () => {
    const remote = await connections().to(target);
    const echo = (value: string) => remote.run(say('printf %s "$value"', { value }));
    for (const value of hostile) expect(await echo(value)).toBe(value);
    await fc.assert(
      fc.asyncProperty(hostileString, async (value) => {
        expect(await echo(value)).toBe(value);
      }),
      { numRuns: 100 },
    );
    const long = 'a megabyte’s worth\n'.repeat(60_000);
    expect((await echo(long)) === long).toBe(true);
  });

  it.each(['dashing', 'bashful'])('arrive whatever the login shell is, and says first: %s', async (user) => {
    const remote = await connections().to({ ...target, user });
    for (const value of hostile) expect(await remote.run(say('printf %s "$value"', { value }))).toBe(value);
  });
});

describe('a connection', () => {
  it('is one a host, also for callers at the same time', async () => {
    const all = connections();
    const remotes = await Promise.all([all.to(target), all.to(target), all.to({ ...target })]);
    const clients = await Promise.all(remotes.map((remote) => remote.run(say('echo "$SSH_CONNECTION"'))));
    expect(new Set(clients).size).toBe(1);
  });

  it('runs more scripts at a time than sshd allows sessions', async () => {
    const limited = { ...target, port: 2223 };
    const known = `[${target.address}]:2223 ${onPort.ecdsa}`;
    const remote = await connections({ knownHosts: known }).to(limited);
    const numbers = Array.from({ length: 12 }, (_, index) => String(index));
    const answers = await Promise.all(numbers.map((n) => remote.run(say('sleep 0.1; printf %s "$n"', { n }))));
    expect(answers).toEqual(numbers);
  });

  it('that has been closed runs nothing more, and no new one is made', async () => {
    const all = connections();
    const remote = await all.to(target);
    const running = expect(remote.run(say('sleep 1000'))).rejects.toMatchObject(failure('connection-lost'));
    await remote.run(say('true'));
    await all.close();
    await running;
    await expect(remote.run(say('echo hi'))).rejects.toMatchObject(failure('connection-lost'));
    await expect(all.to(target)).rejects.toMatchObject(failure('connections-closed', { host: target.name }));
  });
});

describe('a host key', () => {
  it('that is not known is refused, with the line to add once it is verified', async () => {
    const refused = await connections({ knownHosts: '' })
      .to(target)
      .catch((error) => error);
    expect(refused).toMatchObject(failure('host-key-unknown', { host: target.name }));
    const line = refused.failure.hint.split('add the line: ')[1];
    expect(await (await connections({ knownHosts: line }).to(target)).run(say('echo hi'))).toBe('hi\n');
  });

  it('that is another one than known is refused', async () => {
    const wrong = `${target.address} ${stranger.shared}`;
    await expect(connections({ knownHosts: wrong }).to(target)).rejects.toMatchObject(
      failure('host-key-mismatch', { host: target.name, seen: expect.stringContaining('SHA256:') }),
    );
  });

  it('that is revoked is refused', async () => {
    const key = knownHosts
      .split('\n')
      .find((line) => line.startsWith(`${target.address} `))
      ?.split(' ')
      .slice(1)
      .join(' ');
    const revoked = `${knownHosts}\n@revoked * ${key}`;
    await expect(connections({ knownHosts: revoked }).to(target)).rejects.toMatchObject(failure('host-key-revoked'));
  });

  it('is asked for by the type that is known, on another port, and found in a hashed file', async () => {
    for (const shared of [onPort.ecdsa, onPort.rsa]) {
      const file = join(folder, 'known_hosts');
      writeFileSync(file, `[${target.address}]:2222 ${shared}\n`);
      execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
      const hashed = readFileSync(file, 'utf8');
      expect(hashed).not.toContain(target.address);
      const remote = await connections({ knownHosts: hashed }).to({ ...target, port: 2222 });
      expect(await remote.run(say('echo "${SSH_CONNECTION##* }"'))).toBe('2222\n');
    }
  });
});

describe('logging in', () => {
  const dashing = { ...target, user: 'dashing' };

  it('works with an encrypted key and its passphrase', async () => {
    const login = { privateKey: locked.secret, passphrase: 'open sesame' };
    expect(await (await connections(login).to(dashing)).run(say('id -un'))).toBe('dashing\n');
  });

  it('works with an agent', async () => {
    const socket = join(folder, 'agent');
    const agent: ChildProcess = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      await until(async () => existsSync(socket));
      execFileSync('ssh-add', [lab.privateKeyFile], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      });
      const all = connections({ privateKey: undefined, agent: socket });
      expect(await (await all.to(dashing)).run(say('id -un'))).toBe('dashing\n');
    } finally {
      agent.kill();
    }
  });

  it('with a key that the host does not know fails, naming the user and the key', async () => {
    await expect(connections({ privateKey: stranger.secret }).to(target)).rejects.toMatchObject(
      failure('authentication-failed', {
        host: target.name,
        message: expect.stringMatching(/deploy can’t log in; tried the private key \(ssh-ed25519 SHA256:/),
        seen: expect.stringContaining('publickey'),
      }),
    );
  });

  it('with an agent that isn’t there fails', async () => {
    const all = connections({ privateKey: undefined, agent: join(folder, 'nobody') });
    await expect(all.to(target)).rejects.toMatchObject(failure('authentication-failed'));
  });

  it('as a user without a shell says what the host said', async () => {
    const remote = await connections().to({ ...target, user: 'banned' });
    await expect(remote.run(say('echo hi'))).rejects.toMatchObject(
      failure('shell-unusable', { host: target.name, seen: expect.stringContaining('not available') }),
    );
  });
});

describe('a host that can’t be reached', () => {
  it('because nothing listens there', async () => {
    await expect(connections().to({ ...target, port: 2999 })).rejects.toMatchObject(
      failure('unreachable', { host: target.name, hint: expect.stringContaining('2999') }),
    );
  });

  it('because its name means nothing', async () => {
    const nowhere = { ...target, address: 'no-such-host.invalid' };
    await expect(connections().to(nowhere)).rejects.toMatchObject(failure('unreachable'));
  });

  it('because it does not answer', async () => {
    await lab.cut(victim.name);
    try {
      const all = connections({}, { connectTimeout: milliseconds(500) });
      await expect(all.to(victim)).rejects.toMatchObject(failure('unreachable', { host: victim.name }));
    } finally {
      await lab.heal(victim.name);
    }
  });
});

describe('a jump host', () => {
  const behind = { ...target, jump };

  it('is gone through, and so is a chain of them', async () => {
    const all = connections();
    const client = (host: Host) => all.to(host).then((remote) => remote.run(say('echo "${SSH_CONNECTION%% *}"')));
    expect(await client(behind)).toBe(`${jump.address}\n`);
    expect(await client({ ...target, jump: { ...victim, jump } })).toBe(`${victim.address}\n`);
  });

  it('must be known, and the host behind it too', async () => {
    const without = (host: Host) =>
      knownHosts
        .split('\n')
        .filter((line) => !line.startsWith(`${host.address} `))
        .join('\n');
    await expect(connections({ knownHosts: without(jump) }).to(behind)).rejects.toMatchObject(
      failure('host-key-unknown', { host: jump.name }),
    );
    await expect(connections({ knownHosts: without(target) }).to(behind)).rejects.toMatchObject(
      failure('host-key-unknown', { host: target.name }),
    );
  });

  it('that may not forward, or finds nobody, is named', async () => {
    await expect(connections().to({ ...behind, port: 2999 })).rejects.toMatchObject(
      failure('jump-failed', { host: target.name, message: expect.stringContaining(jump.name) }),
    );
    const strict = { ...target, name: 'strict', port: 2222 };
    const known = `${knownHosts}\n[${target.address}]:2222 ${onPort.ecdsa}`;
    await expect(connections({ knownHosts: known }).to({ ...victim, jump: strict })).rejects.toMatchObject(
      failure('jump-failed', { host: victim.name, seen: expect.stringContaining('prohibited') }),
    );
  });
});

describe('a connection that breaks', () => {
  const impatient = { keepalive: milliseconds(500) };

  it('silently, fails what runs; the host ends it within its deadline; then it is made anew', async () => {
    const all = connections({}, impatient);
    const remote = await all.to(victim);
    const lines: string[] = [];
    const long = script({ name: 'a long one', text: 'echo "$$"; sleep 1000', deadline: seconds(8) });
    const running = remote.run(long, { onLine: (line) => lines.push(line) });
    const outcome = expect(running).rejects.toMatchObject(
      failure('connection-lost', {
        host: victim.name,
        step: 'a long one',
        left: expect.stringContaining('"a long one" may still run'),
      }),
    );
    await until(async () => lines.length > 0);
    await lab.cut(victim.name);
    try {
      await outcome;
      const alive = async () => (await lab.shell(victim.name, `kill -0 ${lines[0]}`)).status === 0;
      expect(await alive()).toBe(true);
      await until(async () => !(await alive()));
    } finally {
      await lab.heal(victim.name);
    }
    await expect(remote.run(say('echo hi'))).rejects.toMatchObject(failure('connection-lost'));
    expect(await (await all.to(victim)).run(say('echo hi'))).toBe('hi\n');
  });

  it('because sshd ended it, is noticed at once', async () => {
    const all = connections();
    const remote = await all.to(target);
    const running = expect(remote.run(say('sleep 1000'))).rejects.toMatchObject(failure('connection-lost'));
    const parents = await remote.run(
      say(
        'pid=$$; while [ "$pid" -gt 1 ]; do pid=$(ps -o ppid= -p "$pid" | tr -d " "); echo "$pid $(ps -o comm= -p "$pid")"; done',
      ),
    );
    const sshd = parents.match(/^(\d+) sshd(-session)?$/m)?.[1];
    await root(target, `kill -9 ${sshd}`);
    await running;
    expect(await (await all.to(target)).run(say('echo hi'))).toBe('hi\n');
  });

  it('on the jump host, fails what runs behind it', async () => {
    const all = connections({}, impatient);
    const remote = await all.to({ ...target, jump: victim });
    const running = expect(remote.run(say('sleep 1000'))).rejects.toMatchObject(
      failure('connection-lost', { host: target.name }),
    );
    await remote.run(say('true'));
    await lab.cut(victim.name);
    try {
      await running;
    } finally {
      await lab.heal(victim.name);
    }
    expect(await (await all.to({ ...target, jump: victim })).run(say('echo hi'))).toBe('hi\n');
  });
});
