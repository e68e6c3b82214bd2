import { type SeedEntry, unit } from './seed';

interface Making {
  /** The unit of the database server. */
  readonly server: string;
  readonly user: string;
  readonly command: string;
}

/** The service's database and account, made when the machine boots first: what is changed later stays so. */
export const madeOnce = ({ server, user, command }: Making): SeedEntry[] =>
  unit(
    'lab-database.service',
    `[Unit]
Description=The service's database and account
Requires=${server}
After=${server}
ConditionPathExists=!/var/lib/lab-database-made

[Service]
Type=oneshot
RemainAfterExit=yes
User=${user}
ExecStart=${command}
ExecStartPost=+/usr/bin/touch /var/lib/lab-database-made

[Install]
WantedBy=multi-user.target
`,
  );
