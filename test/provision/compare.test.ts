import { createHash } from 'node:crypto';
import { compare, isByHand } from '../../src/provision/compare';
import { file, setup, type Telling } from '../../src/provision/setup';
import type { Found } from '../../src/provision/survey';

const restart: Telling = { unit: 'haproxy.service', how: 'restart', cutsOffWhile: 'keepalived.service' };
const options = file('/etc/default/haproxy', 'new', { tell: restart });
const role = setup('load-balancer', { claims: [{ path: '/etc/haproxy/haproxy.cfg' }], files: [options] });
const up = { enabled: true, running: true };

const found = (more: Partial<Found> = {}, content = 'old', mode = 0o644): Found => ({
  places: new Map([
    [
      options.path,
      {
        ...{ kind: 'file', mode, owner: 'root', group: 'root' },
        content: createHash('sha256').update(content).digest('hex'),
      },
    ],
  ]),
  ...{ packages: new Set(), accounts: new Map(), units: new Map([['keepalived.service', up]]) },
  claims: new Map([['/etc/haproxy/haproxy.cfg', 'buka']]),
  ...more,
});
const mend = (of: Found) => compare('lb1', role, of).map((one) => one.mend);

it('a restart that customers would feel is left to a person, who is told how to move them away first', () => {
  expect(mend(found())).toEqual([
    { kind: 'by-hand', code: 'restart-needed', hint: expect.stringContaining('systemctl stop keepalived.service') },
  ]);
});

it('it is done where they have been moved away, and on a machine that never served them', () => {
  const away = new Map([['keepalived.service', { enabled: true, running: false }]]);
  expect(mend(found({ units: away }))).toEqual([{ kind: 'file', file: options }]);
  for (const claims of [new Map(), new Map([['/etc/haproxy/haproxy.cfg', 'package']] as const)])
    expect(mend(found({ claims }))).toEqual([{ kind: 'file', file: options }]);
});

it('a file of which only the mode is wrong is put right, and nobody is told of it', () => {
  expect(mend(found({}, 'new', 0o600))).toEqual([{ kind: 'file', file: { ...options, tell: undefined } }]);
});

it("a role is somebody else's where one of its configurations is neither Buka's nor its package's", () => {
  expect(
    [...(['buka', 'package', 'somebody'] as const)].map((who) =>
      isByHand(role, found({ claims: new Map([['/etc/haproxy/haproxy.cfg', who]]) })),
    ),
  ).toEqual([false, false, true]);
  expect(isByHand(role, found({ claims: new Map() }))).toBe(false);
});
