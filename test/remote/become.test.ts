import { become, type Script, script } from '../../src/remote';
import { seconds } from '../../src/units';
import { type LocalRemote, localRemote } from './local-remote';

const whoami: Script<string[]> = script({
  name: 'who',
  text: 'printf "%s\\n" "$(id -un)" "$HOME" "$first" "$second"; id -nG\nexit "$status"',
  values: { first: 'a b\n$(id)', second: '', status: '7' },
  deadline: seconds(10),
  parse: ({ status, stdout }) => [String(status), ...stdout.trimEnd().split('\n')],
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('a script that root runs as another user', () => {
  let root: LocalRemote;
  beforeEach(() => {
    root = localRemote({ host: { user: 'root' } });
  });
  afterEach(() => root.close());

  it('has its user, home and groups, its values as they are, and its own exit status', async () => {
    const seen = await become(root, 'nobody').run(whoami);
    expect(seen).toEqual(['7', 'nobody', '/nonexistent', 'a b', '$(id)', '', 'nogroup']);
  });

  it('begins in its home, or in / where that is missing: not in the home of root, which it can not enter', async () => {
    const where = script({
      name: 'where',
      text: 'pwd',
      deadline: seconds(10),
      parse: ({ stdout }) => stdout.trim(),
    });
    expect(await become(root, 'daemon').run(where)).toBe('/usr/sbin');
    expect(await become(root, 'nobody').run(where)).toBe('/');
  });

  it('and as root itself is run as it is', async () => {
    expect((await become(root, 'root').run(whoami)).slice(0, 2)).toEqual(['7', 'root']);
  });

  it('is of one connection, whoever asks for it', () => {
    expect(become(root, 'nobody')).toBe(become(root, 'nobody'));
    expect(become(root, 'nobody').host.user).toBe('nobody');
  });

  it('stops at the first command that fails, as any script does', async () => {
    const text = 'false\necho on';
    const fails = script({ name: 'fails', text, deadline: seconds(10), parse: (output) => output });
    expect(await become(root, 'nobody').run(fails)).toMatchObject({ status: 1, stdout: '' });
  });
});
