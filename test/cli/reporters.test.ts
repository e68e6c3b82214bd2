import { PassThrough } from 'node:stream';
import { LineReporter } from '../../src/cli/lines';
import { TerminalReporter } from '../../src/cli/terminal';
import { Screen } from './tty';

describe('in a terminal', () => {
  test('what is under way stays at the bottom, a line for each host, and is rewritten in place', async () => {
    const screen = new Screen();
    const reporter = new TerminalReporter(screen);
    await reporter.group('Stage', async () => {
      reporter.step({ host: 'worker1', name: 'stage', state: 'started' });
      reporter.step({ host: 'worker2', name: 'stage', state: 'started' });
      reporter.step({ host: 'worker1', name: 'stage', state: 'progress', detail: '3 of 9' });
      reporter.step({ host: 'worker2', name: 'stage', state: 'done', detail: '9 files' });
      reporter.info('half way');
      expect(screen.lines).toEqual([
        'Stage',
        '  ✓ worker2: stage (9 files)',
        'half way',
        '  · worker1: stage … (3 of 9)',
      ]);
    });
    reporter.step({ host: 'worker1', name: 'stage', state: 'failed', detail: 'no space left' });
    expect(screen.lines).toEqual([
      'Stage',
      '  ✓ worker2: stage (9 files)',
      'half way',
      '  ✗ worker1: stage FAILED (no space left)',
    ]);
  });

  test('nothing is left of what was under way when the result comes', () => {
    const screen = new Screen();
    const reporter = new TerminalReporter(screen);
    reporter.info('first');
    reporter.step({ host: 'worker1', name: 'drain', state: 'progress', detail: '7 in flight' });
    reporter.end();
    expect(screen.lines).toEqual(['first']);
  });

  test('more hosts than lines, and lines longer than the terminal, do not spoil the rewriting', () => {
    const screen = new Screen();
    const reporter = new TerminalReporter(screen);
    for (let host = 1; host <= 30; host += 1) {
      reporter.step({ host: `worker${host}`, name: 'stage', state: 'started', detail: 'x'.repeat(200) });
    }
    expect(screen.lines).toHaveLength(9);
    expect(screen.lines.every((line) => line.length < 60)).toBe(true);
  });

  test("a host's answer moves no cursor", () => {
    const screen = new Screen();
    const written: string[] = [];
    const reporter = new TerminalReporter({ ...screen, write: (text: string) => written.push(text) > 0 });
    reporter.info('\x1b[2J\rgone');
    expect(written.join('')).toBe('\\u{1b}[2J\\u{d}gone\n');
  });
});

describe('in a pipe', () => {
  test('each thing that happened is a line, and a count that goes down is told once', async () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    const reporter = new LineReporter(stream);
    await reporter.group('Batch 1', async () => {
      reporter.step({ host: 'worker1', name: 'drain', state: 'started' });
      for (const count of [3, 2, 1]) {
        reporter.step({ host: 'worker1', name: 'drain', state: 'progress', detail: `${count} in flight` });
      }
      reporter.step({ host: 'worker1', name: 'drained', state: 'done' });
      reporter.warning('slow');
    });
    expect(stream.read()).toBe(
      '== Batch 1\nworker1: drain …\nworker1: drain … (3 in flight)\nworker1: drained\nwarning: slow\n',
    );
  });
});
