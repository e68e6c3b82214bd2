import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { impossible } from '../../../src/drill/machine/look';
import {
  crash,
  cut,
  down,
  goOn,
  lookAtMachine,
  type MachineLook,
  slow,
  start,
} from '../../../src/drill/machine/scripts';
import type { Script } from '../../../src/remote';
import { seconds } from '../../../src/units';
import { Programs } from '../../provision/programs';
import { type LocalRemote, localRemote } from '../../remote/local-remote';

/** What makes an incident on a machine, in a real shell, with a systemd that only notes what it is asked. */
let folder: string;
let programs: Programs;
let remote: LocalRemote;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buka-incident-'));
  programs = new Programs(folder);
  programs.put('systemd-run', `for word; do printf '<%s>' "$word"; done >> ${folder}/units; echo >> ${folder}/units`);
  remote = localRemote();
});

afterEach(() => {
  remote.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (script: Script<unknown>) => remote.run(programs.with(script));
const units = () => readFileSync(join(folder, 'units'), 'utf8');
/** Each program that was asked, with its first words. */
const asked = () =>
  programs.asked
    .map((line) => line.split(' ').slice(0, 4).join(' '))
    .filter((line) => /^(systemctl|systemd-run|nft) /.test(line));

it.each<[string, () => Script<void>, string]>([
  ['a crash', () => crash('pos.service', seconds(20)), '-/bin/systemctl start pos.service'],
  ['an app that is down', () => down('pos.service', seconds(20)), '-/bin/systemctl start pos.service'],
  ['a slow app', () => slow('pos.service', seconds(20)), '-/bin/systemctl kill -s CONT pos.service'],
  ['a cut', () => cut(seconds(20)), '-/usr/sbin/nft delete table netdev buka_drill'],
])('of %s, the way back is with systemd before it begins, and has its time', async (_what, script, back) => {
  await run(script());
  expect(units()).toContain(`<--property=ExecStopPost=${back}>`);
  expect(units()).toMatch(/<--property=RuntimeMaxSec=2[01]>/);
  const made = asked();
  const held = made.findIndex((line) => line.startsWith('systemd-run'));
  expect(held).toBeGreaterThanOrEqual(0);
  // What hurts comes after, or is in the unit itself.
  expect(made.slice(0, held)).toEqual(['systemctl -q reset-failed buka-drill.service']);
});

it('a crash gives the app no chance to finish, and is over when it is started', async () => {
  await run(crash('pos.service', seconds(20)));
  expect(programs.asked.at(-1)).toBe('systemctl kill -s KILL -- pos.service');
  await run(start('pos.service'));
  expect(programs.asked.slice(-2)).toEqual(['systemctl stop buka-drill.service', 'systemctl start -- pos.service']);
});

it('an app that is down gets no chance to finish, and systemd does not start it again by itself', async () => {
  await run(down('pos.service', seconds(20)));
  expect(programs.asked.slice(-2)).toEqual(['systemctl kill -s KILL -- pos.service', 'systemctl stop -- pos.service']);
});

it('a slow app goes on at the end, whatever became of the unit that slowed it', async () => {
  await run(goOn('pos.service'));
  expect(programs.asked.slice(-2)).toEqual([
    'systemctl stop buka-drill.service',
    'systemctl kill -s CONT -- pos.service',
  ]);
});

it('a machine tells what speaks against an incident', async () => {
  programs.put('systemd-detect-virt', 'exit 0');
  programs.put('nft', 'exit 1');
  expect(await run(lookAtMachine('pos.service'))).toMatchObject({ container: true, nft: false, systemdRun: true });
});

const fit: MachineLook = { root: true, container: false, nft: true, systemdRun: true, sysrq: true, enabled: true };
const plug = { off: async () => {}, on: async () => {} };

it.each<[Parameters<typeof impossible>[0], Partial<MachineLook>, string]>([
  ['worker-crash', { root: false }, 'not root'],
  ['worker-slow', { systemdRun: false }, 'systemd-run'],
  ['worker-cut', { nft: false }, 'nft'],
  ['worker-power-off', { container: true }, 'container'],
  ['worker-power-off', { sysrq: false }, 'sysrq'],
  ['load-balancer-cut', { nft: false }, 'nft'],
  ['load-balancer-power-off', { enabled: false }, 'not come back'],
])('%s is refused on a machine with %j: it would not come back by itself', (drill, lack, why) => {
  expect(impossible(drill, fit, undefined)).toBeUndefined();
  expect(impossible(drill, { ...fit, ...lack }, undefined)?.message).toContain(why);
});

it('whose plug is in hand needs no kernel that reboots, but a service that starts by itself', () => {
  expect(impossible('worker-power-off', { ...fit, container: true, sysrq: false }, plug)).toBeUndefined();
  expect(impossible('worker-power-off', { ...fit, enabled: false }, plug)).toBeDefined();
});
