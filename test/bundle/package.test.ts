import { existsSync, readFileSync } from 'node:fs';

const file = JSON.parse(readFileSync('package.json', 'utf8'));

/** npm's pacote prepares a git dependency that has one of these: it installs all that its development needs first. */
const PREPARING = ['build', 'preinstall', 'install', 'postinstall', 'prepack', 'prepare'];

test('npx takes Buka from git as it lies there, without building it first', () => {
  expect(Object.keys(file.scripts).filter((name) => PREPARING.includes(name))).toEqual([]);
});

test('the program needs no other package at run time', () => {
  expect(file.dependencies).toBeUndefined();
});

test('the program and the workflows that it copies are packed', () => {
  expect(file.files).toEqual(expect.arrayContaining(['dist', 'workflows']));
  for (const path of [file.bin.buka, ...file.files]) expect([path, existsSync(path)]).toEqual([path, true]);
  expect(file.files).toContain(file.bin.buka.split('/')[0]);
});
