import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { file, MARK, setup } from '../../src/provision/setup';
import { survey } from '../../src/provision/survey';
import { type LocalRemote, localRemote } from '../remote/local-remote';
import { Programs } from './programs';

/** What a host tells of itself. The script is root's. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

let here: string;
let remote: LocalRemote;
let programs: Programs;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'buka-survey-'));
  remote = localRemote();
  programs = new Programs(here);
});
afterEach(() => {
  remote.close();
  rmSync(here, { recursive: true });
});

asRoot('a host tells', () => {
  it('who wrote a configuration: Buka, its package, somebody, or nobody', async () => {
    const at = (name: string) => join(here, name);
    const shipped = '# as the package has it\n';
    const md5 = createHash('md5').update(shipped).digest('hex');
    const names = ['ours', 'shipped', 'changed', 'foreign', 'missing'];
    programs.put('dpkg-query', `[ "$4" = web ] && printf ' ${at('shipped')} ${md5}\\n ${at('changed')} ${md5}\\n'`);
    writeFileSync(at('ours'), `${MARK}\nanything\n`);
    writeFileSync(at('shipped'), shipped);
    writeFileSync(at('changed'), `${shipped}mine\n`);
    writeFileSync(at('foreign'), `#\n${MARK}\n`);
    const claims = names.map((name) => ({ path: at(name), ...(name === 'foreign' ? {} : { package: 'web' }) }));
    const found = await remote.run(programs.with(survey([setup('worker', { claims })])));
    expect(names.map((name) => found.claims.get(at(name)))).toEqual([
      ...['buka', 'package', 'somebody', 'somebody'],
      undefined,
    ]);
  });

  it('which units are enabled and which run, also those that a file is told to', async () => {
    programs.put('systemctl', 'case "$2 $4" in "is-enabled a.service"|"is-active "[ab].service) ;; *) exit 3 ;; esac');
    const tell = { unit: 'b.service', how: 'restart', cutsOffWhile: 'c.service' } as const;
    const wanted = setup('worker', { units: ['a.service'], files: [file(join(here, 'x'), '', { tell })] });
    const found = await remote.run(programs.with(survey([wanted])));
    expect([...found.units]).toEqual([
      ['a.service', { enabled: true, running: true }],
      ['b.service', { enabled: false, running: true }],
      ['c.service', { enabled: false, running: false }],
    ]);
  });

  it('an account with its number, its home and its groups', async () => {
    const found = await remote.run(survey([setup('worker', { members: [{ user: 'nobody', group: 'x' }] })]));
    expect(found.accounts.get('nobody')).toMatchObject({ id: 65534, home: '/nonexistent', groups: ['nogroup'] });
  });
});
