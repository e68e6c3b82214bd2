import { BukaError } from '../../src/errors';
import { asOneFailure } from '../../src/rollout/failures';

const failed = (host: string) => new BukaError({ code: 'any', host, message: 'It said no.', seen: 'one\ntwo' });
const several = { code: 'several', message: 'Several workers said no.' };

test('one failure is told as it is', () => {
  const only = failed('worker1');
  expect(asOneFailure([only], several)).toBe(only);
});

test('several are told one below the other, each whole', () => {
  expect(asOneFailure([failed('worker1'), failed('worker2')], several).message).toBe(`Several workers said no.
  seen:
    - worker1: It said no.
        seen:
          one
          two
    - worker2: It said no.
        seen:
          one
          two`);
});
