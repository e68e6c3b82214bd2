import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { file, type ManagedFile } from '../../src/provision/setup';
import { writeFiles } from '../../src/provision/write-files';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { Programs } from './programs';

/** What becomes of the programs that read a file, and of the file, when it is exchanged. The script is root's. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

let here: string;
let etc: string;
let remote: LocalRemote;
let programs: Programs;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'buka-files-'));
  etc = join(here, 'etc');
  remote = localRemote();
  programs = new Programs(here);
});
afterEach(() => {
  remote.close();
  rmSync(here, { recursive: true });
});

const at = (name: string) => join(etc, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const put = (...files: ManagedFile[]) => remote.run(programs.with(writeFiles(files)));
const failure = async (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error.failure,
  );
const reload = { unit: 'app.service', how: 'reload' } as const;

asRoot('a configuration that its own program does not take', () => {
  it('never gets the place of the one that is there, and nobody is told of it', async () => {
    programs.running = true;
    await put(file(at('app.cfg'), 'old\n'));
    programs.put('haproxy', 'grep -q good "$3" || { echo "line 1: oops"; exit 1; }');
    const broken = file(at('app.cfg'), 'broken\n', { checkedBy: 'haproxy', tell: reload });
    expect(await failure(put(broken, file(at('next'), '')))).toMatchObject({
      code: 'file-refused',
      seen: 'line 1: oops',
      message: expect.stringContaining(at('app.cfg')),
    });
    expect(read('app.cfg')).toBe('old\n');
    expect(readdirSync(etc)).toEqual(['app.cfg']);
    expect(programs.asked).toEqual([`haproxy -c -f ${at('.app.cfg.buka')}`]);
    await put(file(at('app.cfg'), 'good\n', { checkedBy: 'haproxy', tell: reload }));
    expect(read('app.cfg')).toBe('good\n');
  });

  it.each([
    ['visudo', 'visudo -c -f FILE'],
    ['haproxy', 'haproxy -c -f FILE'],
    ['keepalived', 'keepalived --config-test --use-file FILE'],
    ['promtool', 'promtool check config FILE'],
    ['amtool', 'amtool check-config FILE'],
    ['blackbox', 'prometheus-blackbox-exporter --config.check --config.file=FILE'],
  ] as const)('is refused by %s', async (checkedBy, asked) => {
    const [program = ''] = asked.split(' ');
    programs.put(program, 'exit 1');
    expect(await failure(put(file(at('a.cfg'), 'x', { checkedBy })))).toMatchObject({ code: 'file-refused' });
    expect(programs.asked).toEqual([asked.replace('FILE', at('.a.cfg.buka'))]);
    expect(readdirSync(etc)).toEqual([]);
  });
});

asRoot('a unit that reads a file', () => {
  it('is told of a new one once it is there, and not when it does not run', async () => {
    await put(file(at('app.cfg'), 'one\n', { tell: reload }));
    expect(programs.asked).toEqual([]);
    programs.running = true;
    programs.put('systemctl', `[ "$1" != reload ] || grep -q two ${at('app.cfg')}`);
    await put(file(at('app.cfg'), 'two\n', { tell: reload }));
    expect(programs.asked).toEqual(['systemctl reload -- app.service']);
    expect(readdirSync(etc)).toEqual(['app.cfg']);
  });

  it('gets the old one back when it can not be told of the new one', async () => {
    await put(file(at('app.cfg'), 'old\n'));
    programs.put('systemctl', `[ "$1" != reload ] || { echo no; grep -q old ${at('app.cfg')}; }`);
    expect(await failure(put(file(at('app.cfg'), 'new\n', { tell: reload })))).toMatchObject({
      code: 'not-taken',
      seen: 'no',
      left: expect.stringMatching(/is back/),
    });
    expect(read('app.cfg')).toBe('old\n');
    expect(readdirSync(etc)).toEqual(['app.cfg']);
    expect(programs.asked.filter((one) => one.includes('reload --'))).toHaveLength(2);
  });

  it('that can not be told of a file which was not there before loses it again', async () => {
    programs.put('systemctl', `[ "$1" != restart ] || test ! -e ${at('app.cfg')}`);
    const unit = { unit: 'app.service', how: 'restart' } as const;
    expect(await failure(put(file(at('app.cfg'), 'new\n', { tell: unit })))).toMatchObject({ code: 'not-taken' });
    expect(readdirSync(etc)).toEqual([]);
  });

  it('gets the old one back when it runs and does not answer', async () => {
    const web = createHttp((_, response) => {
      response.statusCode = read('app.cfg') === 'old\n' ? 200 : 503;
      response.end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => web.once('listening', resolve));
    try {
      programs.running = true;
      await put(file(at('app.cfg'), 'old\n'));
      const { port } = web.address() as AddressInfo;
      const shownBy = { kind: 'http', port, path: '/readyz' } as const;
      const unit = { unit: 'app.service', how: 'restart', shownBy } as const;
      expect(await failure(put(file(at('app.cfg'), 'new\n', { tell: unit })))).toMatchObject({
        code: 'not-taken',
        seen: `http://127.0.0.1:${port}/readyz answers 503`,
      });
      expect(read('app.cfg')).toBe('old\n');
      await put(file(at('app.cfg'), 'old\n', { tell: unit }));
    } finally {
      web.close();
    }
  });
});

asRoot('HAProxy, for which every reload is a success', () => {
  let master: Server;
  let process = 100;
  let socket: string;
  beforeEach(async () => {
    socket = join(here, 'master.sock');
    master = createServer({ allowHalfOpen: true }, (client) => {
      client.resume().on('end', () => {
        const pid = readPid();
        client.end(
          `#<PID>          <type>          <reloads>       <uptime>        <version>\n1               master          1\n# workers\n${pid}             worker          0\n# old workers\n7               worker          1\n`,
        );
      });
    }).listen(socket);
    await new Promise((resolve) => master.once('listening', resolve));
    process = 100;
    programs.running = true;
  });
  afterEach(() => master.close());
  const readPid = () => {
    process +=
      programs.asked.includes('systemctl reload -- haproxy.service') && read('haproxy.cfg') !== 'bad\n' ? 1 : 0;
    return process;
  };
  const tell = () => ({ unit: 'haproxy.service', how: 'reload', shownBy: { kind: 'haproxy', socket } }) as const;

  it('has taken a file when it has a new process', async () => {
    await put(file(at('haproxy.cfg'), 'good\n', { tell: tell() }));
    expect(read('haproxy.cfg')).toBe('good\n');
  });

  it('gets the old one back when it goes on with the old process', async () => {
    await put(file(at('haproxy.cfg'), 'old\n'));
    expect(await failure(put(file(at('haproxy.cfg'), 'bad\n', { tell: tell() })))).toMatchObject({
      code: 'not-taken',
      seen: 'HAProxy has started no new process with it',
    });
    expect(read('haproxy.cfg')).toBe('old\n');
  });
});

asRoot('what is written once', () => {
  it('is the environment of an app, to which people add', async () => {
    const { makeSecrets } = await import('../../src/provision/put');
    const path = at('env');
    const environment = {
      kind: 'environment',
      path,
      owner: 'root',
      group: 'root',
      mode: 0o640,
      before: 'PORT=3000\n',
    } as const;
    await remote.run(makeSecrets([environment], ''));
    expect(read('env')).toBe('PORT=3000\n');
    writeFileSync(path, 'PORT=3000\nDATABASE_URL=x\n');
    await remote.run(makeSecrets([environment], ''));
    expect(read('env')).toBe('PORT=3000\nDATABASE_URL=x\n');
  });
});
