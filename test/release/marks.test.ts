import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type HistoryEntry,
  markOf,
  migratedEntries,
  observeReleases,
  openArchive,
  pack,
  type ReleaseId,
  recordHistory,
  stage,
} from '../../src/release';
import { parseHeader, parseManifest, releaseIdOf } from '../../src/release/manifest';
import { RecordingReporter } from '../../src/reporter';
import { localRemote } from '../remote/local-remote';
import { makeTree, temporary } from './trees';

describe('a migration is marked contract', () => {
  it.each([
    ['in SQL', '-- Up Migration\n-- buka: contract\nDROP TABLE x;'],
    ['with the reason behind it', '-- buka: contract, since release 3 stops writing it\n'],
    ['in JavaScript', "'use strict';\r\n// buka: contract\r\nexports.up = () => {};"],
    ['in Python or Ruby', '#!/usr/bin/env python3\n# Buka: Contract\n'],
    ['in a block comment', '/*\n * buka:contract\n */'],
    ['in XML', '\uFEFF<!-- buka: contract -->'],
    ['though it is called expand as well', '-- buka: expand\n-- buka: contract'],
  ])('%s', (_, text) => expect(markOf(text, 'a')).toBe('contract'));

  it.each([
    ['by prose that speaks of it', '-- this one needs no buka: contract\nSELECT 1;'],
    ['by opening hours', "INSERT INTO notes VALUES ('\nbuka: setiap hari\nbuka: 08.00 kontak 0812\n');"],
    ['by nothing', ''],
    ['far below its top', `${'-- data\n'.repeat(10_000)}-- buka: contract`],
  ])('not %s', (_, text) => expect(markOf(text, 'a')).toBeUndefined());

  it.each(['contarct', 'contracts', 'kontrak', 'contract2', 'expnd', 'Expands'])('but %s is refused', (word) => {
    const marked = () => markOf(`-- buka: ${word.replace('2', '')}${word.endsWith('2') ? 's' : ''}`, '7.sql');
    expect(marked).toThrow(/7\.sql is marked `buka: [a-z]+`, which means nothing/);
  });
});

describe('the manifest', () => {
  const app = { 'dist/a': { file: 'x' }, 'db/1.sql': { file: '' }, 'db/2.sql': { file: '-- buka: contract' } };
  const packed = async (tree: Parameters<typeof makeTree>[1]) => {
    const at = temporary();
    const folder = makeTree(join(at, 'app'), tree);
    return pack({ folder, include: ['.'], service: 'pos', migrations: 'db' }, join(at, 'r'));
  };

  it('lists contract migrations, and workers tell them', async () => {
    const { archive, manifest, id } = await packed(app);
    expect(manifest).toMatchObject({ migrations: ['1.sql', '2.sql'], contractMigrations: ['2.sql'] });
    const opened = await openArchive(archive);
    expect(opened).toMatchObject({ id, manifest });
    const [local, root] = [localRemote(), temporary()];
    await stage(local, root, opened, new RecordingReporter());
    const { staged } = await local.run(observeReleases(root));
    local.close();
    expect(staged).toMatchObject([{ id, migrations: ['1.sql', '2.sql'], contractMigrations: ['2.sql'] }]);
  });

  it('of a release without any is what it was before there were marks, and so is the id', async () => {
    const before = `{"service":"pos","migrations":["1.sql"],"entries":[\n{"type":"directory","mode":493,"path":"a"}\n]}\n`;
    const manifest = parseManifest(before);
    expect(manifest && releaseIdOf(manifest)).toBe('local-f96048a0');
    expect(manifest && releaseIdOf({ ...manifest, contractMigrations: [] })).toBe('local-f96048a0');
    expect(parseHeader('{"service":"pos","migrations":["1.sql"],"entries":[')?.contractMigrations).toBeUndefined();
    expect(parseManifest(before.replace('"entries"', '"contractMigrations":[],"entries"'))).toBeUndefined();
  });

  it('is not made where a mark is misspelt', () =>
    expect(packed({ ...app, 'db/2.sql': { file: '# buka: contrat' } })).rejects.toMatchObject({
      failure: { code: 'migration-mark', left: 'Nothing was packed.' },
    }));
});

describe('the history', () => {
  const entry = { at: new Date(1000), release: 'local-00000002' as ReleaseId, by: 'ann' };
  const write = async (entries: readonly HistoryEntry[], before = '') => {
    const [local, root] = [localRemote(), temporary()];
    if (before) writeFileSync(join(root, 'history'), before);
    for (const one of entries) await local.run(recordHistory(root, one));
    const { history } = await local.run(observeReleases(root));
    local.close();
    return { history, text: readFileSync(join(root, 'history'), 'utf8') };
  };

  it('tells which contract migrations a run may have run', async () => {
    const entries = migratedEntries(entry, ['2.sql', 'drop "x".sql']);
    const { history } = await write(entries);
    expect(history).toEqual([{ ...entry, event: 'migrated', contract: ['2.sql', 'drop "x".sql'] }]);
  });

  it('has a short line where none is contract', async () => {
    const { history, text } = await write(migratedEntries(entry, []));
    expect(history).toEqual([{ ...entry, event: 'migrated' }]);
    expect(text).not.toContain('contract');
  });

  it('keeps its lines short, however many they are', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `${index}`.padStart(100, 'x'));
    const { history, text } = await write(migratedEntries(entry, names));
    expect(history.flatMap(({ contract = [] }) => contract)).toEqual(names);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(2000);
  });

  it('tells of them however long ago that was', async () => {
    const line = (event: string, more = {}) =>
      `${JSON.stringify({ at: new Date(0), event, release: entry.release, by: 'b', ...more })}\n`;
    const old = line('good', { reason: 'a "contract":[ in words' }) + line('migrated', { contract: ['2.sql'] });
    const { history } = await write([], old + line('good').repeat(600));
    expect(history.map(({ event }) => event)).toEqual(['migrated', ...Array(500).fill('good')]);
    expect(history[0]?.contract).toEqual(['2.sql']);
  });

  it('lives with lines that hold something else', async () => {
    const odd = ['null', '[]', '{"contract":3}', '{"at":"x"}', '"contract":[', ''].join('\n');
    const lines = `${odd}\n${JSON.stringify({ ...entry, event: 'migrated', contract: [1, 'a'] })}\n`;
    expect((await write([], lines)).history).toEqual([{ ...entry, event: 'migrated', contract: ['a'] }]);
  });
});
