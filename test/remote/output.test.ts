import { fields, lines, rows, script, succeeded } from '../../src/remote';
import { seconds } from '../../src/units';

const output = (status: number, stdout = '', stderr = '') => ({ status, stdout, stderr });
const failing = (code: string) => expect.objectContaining({ failure: expect.objectContaining({ code }) });

describe('an answer', () => {
  it('of status 0 is a success, any other a failure that says what the script said', () => {
    expect(succeeded(output(0, 'fine'))).toEqual(output(0, 'fine'));
    expect(() => succeeded(output(3, 'so far', 'no space left on device\n'))).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ code: 'script-failed', seen: 'no space left on device' }),
      }),
    );
  });

  it('in fields gives each by its name', () => {
    expect(fields('pid=12\ncommand=a=b c\nempty=\n', ['pid', 'command', 'empty'])).toEqual({
      pid: '12',
      command: 'a=b c',
      empty: '',
    });
    expect(() => fields('pid=12\n', ['pid', 'health'])).toThrow(failing('answer-unreadable'));
    expect(() => fields('sudo: a password is required\n', [])).toThrow(failing('answer-unreadable'));
  });

  it('in rows gives each column by its name', () => {
    expect(rows('w1\tUP\nw2\t\n', ['server', 'status'])).toEqual([
      { server: 'w1', status: 'UP' },
      { server: 'w2', status: '' },
    ]);
    expect(() => rows('w1 UP\n', ['server', 'status'])).toThrow(failing('answer-unreadable'));
  });

  it('in lines is taken line by line', () => {
    expect(lines('a\n\nb')).toEqual(['a', 'b']);
  });
});

describe('a script', () => {
  it('whose value can’t be a shell variable is not built', () => {
    const build = (name: string) => () =>
      script({ name: 'x', text: ':', values: { [name]: '' }, deadline: seconds(1) });
    for (const name of ['A', '1a', 'a-b', 'a b', 'a;reboot', '', 'a\n'])
      expect(build(name)).toThrow(failing('script-unsound'));
    expect(build('worker_1')).not.toThrow();
  });

  it('without an end is not built', () => {
    expect(() => script({ name: 'x', text: ':', deadline: seconds(0) })).toThrow(failing('script-unsound'));
    expect(() => script({ name: 'x', text: ':', deadline: seconds(Number.NaN) })).toThrow(failing('script-unsound'));
  });
});
