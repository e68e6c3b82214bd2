import fc from 'fast-check';
import { clip, forLog, JobReporter } from '../../src/github/reporter';

/** How the runner reads a line of the log: `::command::` at its start, `##[command]` anywhere in it. */
const isCommand = (line: string) => /^\s*::/.test(line) || line.includes('##[');

describe('a line of the log', () => {
  test('is never an order to the runner, whatever a host answered', () => {
    const part = fc.constantFrom(
      '::',
      ':',
      '##[',
      '#',
      '[',
      'error',
      'add-mask',
      ' ',
      '\t',
      '\n',
      '\r',
      '\r\n',
      '\v',
      '\u2028',
      'a',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        // Whatever ends a line for any reader.
        const lines = forLog(parts.join('')).split(/[\n\r\v\f\u0085\u2028\u2029]/);
        expect(lines.filter(isCommand)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('keeps what is no order', () => {
    expect(forLog('worker1: listening on :::3000 #[1]\n\tat ::1')).toBe('worker1: listening on :::3000 #[1]\n\tat ::1');
  });

  test('shows an escape sequence instead of obeying it', () => {
    expect(forLog('\x1b[2Jgone')).toBe('\\u{1b}[2Jgone');
  });
});

describe('an annotation', () => {
  const written = (work: (reporter: JobReporter) => void): string => {
    const pieces: string[] = [];
    const write = process.stdout.write;
    process.stdout.write = ((text: string) => pieces.push(text) > 0) as typeof write;
    try {
      work(new JobReporter());
    } finally {
      process.stdout.write = write;
    }
    return pieces.join('');
  };

  test('is made of what a person must act on, and not of what mends itself, which the log has', () => {
    expect(written((reporter) => reporter.warning('worker3 stays drained'))).toBe('::warning::worker3 stays drained\n');
    const line = written((reporter) => reporter.warning('worker2: took over the lock of a dead run', 'nothing'));
    expect(line).toBe('warning: worker2: took over the lock of a dead run\n');
  });

  test('too long for GitHub keeps its start and its end, which says what to do next', () => {
    const clipped = clip(`it failed\n${'x'.repeat(10_000)}\n  next: type this`);
    expect(clipped.length).toBeLessThanOrEqual(4096);
    expect(clipped).toMatch(/^it failed\n/);
    expect(clipped).toMatch(/ {2}next: type this$/);
  });

  test('of 4,096 characters is left as it is', () => {
    const text = 'x'.repeat(4096);
    expect(clip(text)).toBe(text);
  });
});
