import { aims, type Measure, type Phase, type Tool, table, verdict } from '../../bench/backup-result';

const measure = (tool: Tool, seconds: number, added?: number): Measure => ({
  tool,
  cost: { seconds, cpu: { backup: seconds / 2, database: 1 } },
  added,
});
const phase = (name: Phase['name'], buka: Measure, changed?: number): Phase => ({
  name,
  changed,
  measures: [buka, measure('pg_dump -Fc -Z0 | restic', 4, 3e6), measure('restic dump | pg_restore', 6)],
});
const first = (seconds: number) => phase('first backup', measure('Buka: backup and proof', seconds, 75e6));
const secondDay = (added: number) =>
  phase("after a day's sales", measure('Buka: backup and proof', 10, added), 1_000_000);

describe("the bench's verdict on backups", () => {
  test('backup and proof are held against the raw dump and its restore together', () => {
    expect(aims([first(12)])).toEqual([expect.objectContaining({ factor: 1.2, met: true })]);
    expect(aims([first(12.1)])).toEqual([expect.objectContaining({ factor: 1.21, met: false })]);
  });

  test("what a day's backup adds is held against what changed, and on no other day", () => {
    const bytesAim = (added: number) => aims([first(10), secondDay(added)]).filter(({ aim }) => aim.includes('bytes'));
    expect(bytesAim(2_000_000)).toEqual([expect.objectContaining({ factor: 2, met: true })]);
    expect(bytesAim(2_100_000)).toEqual([expect.objectContaining({ factor: 2.1, met: false })]);
  });

  test('without a figure no aim is met, and without a tool there is no verdict', () => {
    const unknown = phase("after a day's sales", measure('Buka: backup and proof', 10));
    expect(aims([unknown])[0]).toMatchObject({ met: false });
    expect(() => aims([{ name: 'first backup', measures: [] }])).toThrow('was not measured');
  });

  test('an aim that was missed can not be overlooked', () => {
    const lines = aims([secondDay(5_000_000)]).map(verdict);
    expect(lines).toEqual([
      "NOT MET  after a day's sales: bytes added, of what changed: 5.00 ×, at most 2 ×",
      "met      after a day's sales: seconds, of a raw dump and restore: 1.00 ×, at most 1.2 ×",
    ]);
  });

  test('the table tells what each took of both machines, and what a restore adds: nothing', () => {
    const parts = { dump: 4, proof: 6 };
    const told = table([
      { ...secondDay(2_000_000), archived: 9e6 },
      phase('first backup', { ...first(10).measures[0], parts } as Measure),
    ]);
    expect(told).toContain("after a day's sales: 1.0 MB changed, compressed");
    expect(told).toContain('Buka: backup and proof             10.0          5.0          1.0       2.0 MB');
    expect(told).toContain('restic dump | pg_restore            6.0          3.0          1.0            -');
    expect(told).toContain('  proof                             6.0');
    expect(told).toContain("beside pgBackRest's backup, archived since the last one: 9.0 MB");
  });
});
