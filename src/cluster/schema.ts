import { z } from 'zod';
import * as format from './formats';
import { splitWords } from './words';

const hostList = (least: number) =>
  z.array(format.hostName, { error: "a list of hosts' names" }).min(least, {
    error: least === 1 ? 'a list with at least one host' : `a list with at least ${least} hosts`,
  });

const host = z.union([
  format.address.describe('IP address or DNS name'),
  z.strictObject({
    address: format.address.describe('IP address or DNS name'),
    port: format.portNumber.optional().describe('SSH port; default: ssh.port'),
    user: format.userName.optional().describe('SSH user; default: ssh.user'),
  }),
]);

const ssh = z.strictObject({
  user: format.userName.default('deploy').describe('The user that every host is reached as'),
  port: format.portNumber.default(22),
  jump: format.hostName.optional().describe('The host that every connection goes through'),
  'authorized-keys': z
    .array(format.publicKey)
    .min(1, { error: 'a list with at least one public key' })
    .optional()
    .describe('Public keys that may log in as the user; buka provision makes the account and its authorized_keys'),
});

const proxyNames = z
  .union([format.proxyName, z.array(format.proxyName).min(1, { error: 'a list with at least one name' })])
  .transform((names) => (typeof names === 'string' ? [names] : names));

const loadBalancers = z.strictObject({
  kind: z.literal('haproxy'),
  hosts: hostList(1),
  address: format.address.optional().describe('The virtual address that customers use'),
  backend: proxyNames.describe('The backend, or backends, that the workers are in; a worker is drained in each'),
  servers: z
    .record(format.hostName, format.proxyName)
    .default({})
    .describe("A worker's name as a server in those backends, where it differs from its name here"),
  'master-socket': format.absolutePath.default('/run/haproxy-master.sock').describe('The master process (haproxy -S)'),
});

const program = z.union([
  z.string().transform((text, context) => {
    const split = splitWords(text);
    if ('words' in split) return split.words;
    context.issues.push({ code: 'custom', input: text, message: split.wrong });
    return z.NEVER;
  }),
  z.array(z.string().regex(/^[^\0]*$/, { error: 'an argument without a NUL' })).min(1, {
    error: 'a list with the program and its arguments',
  }),
]);

const workers = z.strictObject({
  hosts: hostList(2),
  port: format.portNumber.describe('The port that the app listens on'),
  health: format.urlPath.describe('Answers 2xx when the app can serve'),
  'env-file': format.absolutePath.optional().describe("The file with the app's environment, on each worker"),
  start: program
    .refine(([first = '']) => /^[A-Za-z0-9_./][A-Za-z0-9_./+-]*$/.test(first), {
      error: 'a program, such as node, or a file of the release, such as bin/server, with its arguments',
    })
    .optional()
    .describe('Starts the app, in the folder of its release; no shell reads it. buka provision makes a unit of it'),
  packages: z
    .array(format.packageName)
    .default([])
    .describe("The distribution's packages that the app needs; buka provision installs them"),
});

const release = z.strictObject({
  build: format.command.optional().describe('Run by bash in the app folder on the machine that builds'),
  test: format.command.optional().describe('Run by bash after build; nothing is packed when it fails'),
  'test-results': z
    .union([format.relativePath, z.array(format.relativePath).min(1, { error: 'a list with at least one pattern' })])
    .transform((all) => (typeof all === 'string' ? [all] : all))
    .optional()
    .describe('The JUnit XML that test writes, such as reports/*.xml, for counts and failures in the job'),
  include: z
    .array(format.relativePath)
    .min(1, { error: 'a list with at least one path' })
    .describe('The files and folders that make a release'),
  keep: format.whole(2, 100).default(5).describe('Releases that stay on a worker'),
  migrate: program
    .optional()
    .describe('Runs once on one worker, in the staged release, before any worker switches; no shell reads it'),
  migrations: format.relativePath.optional().describe("The folder whose files are the release's migrations"),
});

const countMeaning = 'a number of workers such as 1, or a share of them such as 50%';
const count = z
  .union([
    z.int({ error: countMeaning }).min(1, { error: countMeaning }),
    format.text(/^(?:[1-9][0-9]?|100)%$/, countMeaning),
  ])
  .transform((value) => (typeof value === 'number' ? { hosts: value } : { percent: Number.parseInt(value, 10) }));

const rollout = z.strictObject({
  batch: count.prefault(1).describe('Workers that are out of rotation at once'),
  canary: z
    .strictObject({
      hosts: format.whole(1, 1000).describe('Workers of the first batch'),
      watch: format.duration('1s', '24h').describe('How long their answers are watched before the others follow'),
      'response-time': z
        .enum(['load-balancers', 'app'])
        .default('load-balancers')
        .describe(
          "Who tells how long answers take: the load balancers, of workers with 1,024 requests or more; or the app's own histogram (slo.histogram), by way of the monitoring host",
        ),
    })
    .optional()
    .describe('The first batch, watched before the others follow'),
  'min-available': format
    .whole(1, 1000)
    .optional()
    .describe('Workers that stay in rotation at every moment; default: all but one batch and max-unreachable'),
  'drain-timeout': format
    .duration('1s', '24h')
    .prefault('30s')
    .describe('How long a drain waits for requests in flight'),
  'on-drain-timeout': z
    .enum(['wait', 'cut', 'fail'])
    .default('cut')
    .describe('What happens to requests that are still in flight then'),
  'start-timeout': format.duration('1s', '24h').prefault('60s').describe('How long a worker may take to get healthy'),
  'healthy-after': format.whole(1, 100).default(3).describe('Successes in a row that make a worker healthy'),
  'lock-timeout': format.duration('0s', '24h').prefault('15m').describe("How long a run waits for another run's lock"),
  'max-unreachable': format
    .whole(0, 1000)
    .default(0)
    .describe("Workers that a run may leave out because they can't be reached and take no traffic"),
  'on-failure': z
    .enum(['revert', 'halt', 'freeze'])
    .default('revert')
    .describe('What becomes of the workers that run the new release already'),
});

const monitoring = z.strictObject({
  host: format.hostName.describe('The machine that measures'),
  url: format.webOrigin
    .optional()
    .describe(
      'What customers type, where that is not the load balancers by HTTP: https://shop.example.com; probed instead of them',
    ),
  alerts: z
    .strictObject({
      webhook: format.webAddress.optional().describe("Gets Alertmanager's JSON by POST"),
      mail: z
        .strictObject({
          to: z
            .union([
              format.mailAddress,
              z.array(format.mailAddress).min(1, { error: 'a list with at least one mail address' }),
            ])
            .transform((all) => (typeof all === 'string' ? [all] : all)),
          from: format.mailAddress,
          server: format.mailServer.describe(
            'Takes mail of the monitoring host without a password: mail.example.com:25',
          ),
        })
        .optional(),
    })
    .refine(({ webhook, mail }) => webhook !== undefined || mail !== undefined, {
      error: 'a webhook, a mail, or both',
    })
    .optional()
    .describe('Who is told of what the monitoring finds; without it, nobody'),
});

const retained = format.whole(1, 10_000);

const sections = {
  service: format.serviceName.describe('Names everything that a run touches on a host'),
  ssh: ssh.prefault({}),
  hosts: z.record(format.hostName, host).describe('Every machine, by name'),
  'load-balancers': loadBalancers,
  workers,
  release,
  rollout: rollout.prefault({}),
  database: z
    .strictObject({
      kind: z.enum(['postgresql', 'mariadb']),
      host: format.hostName,
      name: format.databaseName,
      provision: z
        .boolean({ error: 'true or false' })
        .default(false)
        .describe(
          "Whether buka provision makes the database and the app's account where they are missing, lets the workers in, and tells them by DATABASE_URL",
        ),
    })
    .optional(),
  backup: z
    .strictObject({
      host: format.hostName.describe('The machine that pulls backups of the database and holds them'),
      mode: z
        .enum(['dump', 'continuous'])
        .default('dump')
        .describe(
          'What a backup is: a dump of the database; or, continuous, a base of the whole server and its write-ahead log, which loses seconds at most',
        ),
      keep: z
        .strictObject({
          last: retained.default(7).describe('The newest ones, whenever they were made'),
          daily: retained.default(14).describe('The newest one of each of so many days'),
          weekly: retained.default(8).describe('The newest one of each of so many weeks'),
        })
        .prefault({})
        .describe('Proven backups that stay, besides the newest and those of releases on the workers'),
      proof: z
        .enum(['every', 'nightly'])
        .default('every')
        .describe(
          "Which backups are restored and compared: every one; or, nightly, a deploy's only while nothing that is proven is from the last 36 hours",
        ),
      'before-deploy': z
        .enum(['required', 'no'])
        .default('required')
        .describe('Whether a deploy makes a backup before it changes anything'),
    })
    .optional(),
  monitoring: monitoring.optional(),
  slo: z
    .strictObject({
      window: format.duration('1h', '90d').prefault('7d').describe('What both objectives are judged over, up to now'),
      availability: z
        .number()
        .gt(0, { error: 'a percentage above 0 and below 100' })
        .lt(100, { error: 'a percentage above 0 and below 100' })
        .default(99.9)
        .describe('Percent of the time in which the service answers through the virtual address'),
      'mean-response-time': format
        .duration('1ms', '10m')
        .prefault('3s')
        .describe('What real requests take at most, on average'),
      histogram: format.metricName
        .default('http_request_duration_seconds')
        .describe("The app's Prometheus histogram of how long its requests took, in seconds"),
      'before-deploy': z
        .enum(['checked', 'no'])
        .default('no')
        .describe(
          'Whether a deploy asks the monitoring host first, and stops where an objective was missed, the error budget burns, or too little was measured',
        ),
    })
    .prefault({}),
};

/** The one description of `buka.yml`: it loads the file, and docs/buka.schema.json is made from it. */
export const clusterFile = z.strictObject(sections);

/** What the file says, with its defaults, still in the file's own names. */
export type ClusterFile = z.output<typeof clusterFile>;

/**
 * The sections that are right by themselves, so that rules between sections can be checked, and reported in one go,
 * while another section has a mistake.
 */
export function readableSections(raw: unknown): Partial<ClusterFile> {
  if (typeof raw !== 'object' || raw === null) return {};
  const values = raw as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(sections).flatMap(([name, section]) => {
      const read = section.safeParse(values[name]);
      return read.success ? [[name, read.data]] : [];
    }),
  );
}

/** The JSON Schema that editors check and complete `buka.yml` with. */
export function jsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(clusterFile, { io: 'input', target: 'draft-7' });
  return { $schema: schema.$schema, title: 'buka.yml', ...schema };
}
