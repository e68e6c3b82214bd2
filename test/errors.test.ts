import { BukaError } from '../src/errors';

const failure = { code: 'any', message: 'It did not work.', host: 'worker1', step: 'switch' };
const shown = (more: object) => new BukaError({ ...failure, ...more }).message;

test('one line stands beside its word', () => {
  expect(shown({ seen: 'status 503', hint: 'buka status' })).toBe(
    'worker1, switch: It did not work.\n  seen: status 503\n  next: buka status',
  );
  expect(shown({ seen: 'status 503\n' })).toContain('\n  seen: status 503\n');
});

test('several lines stand below their word', () => {
  expect(shown({ left: 'worker1 runs two\nworker2 runs one' })).toContain(
    '\n  left:\n    worker1 runs two\n    worker2 runs one',
  );
});
