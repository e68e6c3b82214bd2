import { provisioned } from './provisioned';
import { file, type SeedContext, type SeedEntry } from './seed';

/** The backup server, as `buka provision` sets one up. The base's own PostgreSQL cluster stays disabled. */
export const backup = (context: SeedContext): SeedEntry[] => [
  ...provisioned(context, 'backup'),
  // Whatever the hour is: no test is to meet a nightly backup.
  ...['buka-backup@.timer', 'buka-backup-verify@.timer'].map((timer) =>
    file(`/etc/systemd/system/${timer}.d/lab.conf`, '[Timer]\nOnCalendar=\nOnCalendar=2099-01-01\n'),
  ),
];
