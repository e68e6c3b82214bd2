import { stringify } from 'yaml';
import type { Answers, NamedHost } from './answers';

/** The first `buka.yml`: what was answered, and short words about what it means. Pure. */
export function bukaYml(answers: Answers): string {
  const { service, loadBalancers, workers, database, backup, monitoring, jump } = answers;
  const hosts = [jump, ...loadBalancers, ...workers, database?.host, backup, monitoring].filter(isThere);
  const names = (all: readonly NamedHost[]) => list(all.map(({ name }) => name));
  return [
    '# What Buka knows of this service and its machines. All keys: https://github.com/simplifypos/buka/blob/v1/docs/buka-yml.md',
    '# yaml-language-server: $schema=https://raw.githubusercontent.com/simplifypos/buka/v1/docs/buka.schema.json',
    `service: ${value(service)}`,
    '',
    '# How every machine is reached. Keys and known hosts never stand here.',
    'ssh:',
    `  user: ${value(answers.user)}`,
    jump && `  jump: ${value(jump.name)}`,
    answers.publicKey &&
      `  # Who may log in as that user, once \`buka provision\` has set the machines up; nobody else may.`,
    answers.publicKey && `  authorized-keys: ${list([answers.publicKey])}`,
    '',
    'hosts:',
    // A machine may have two roles, and stands here once.
    ...[...new Map(hosts.map((host) => [`${host.name} ${host.address}`, host])).values()].map(
      ({ name, address }) => `  ${value(name)}: ${value(address)}`,
    ),
    '',
    '# A worker is drained on each of these before it is touched.',
    'load-balancers:',
    '  kind: haproxy',
    `  hosts: ${names(loadBalancers)}`,
    answers.address && `  address: ${value(answers.address)} # what customers use; it moves where one of them fails`,
    `  backend: ${value(answers.backend)} # HAProxy's name for the workers together`,
    '',
    '# Each runs the app as the systemd unit of the service.',
    'workers:',
    `  hosts: ${names(workers)}`,
    `  port: ${portOf(answers.port)}`,
    `  health: ${value(answers.health)} # answers 2xx when the app can serve; let it ask the database`,
    answers.envFile && `  env-file: ${value(answers.envFile)} # on each worker: secrets, addresses; never in git`,
    answers.start && `  start: ${value(answers.start)} # \`buka provision\` makes the unit of it`,
    answers.packages.length > 0 && `  packages: ${list(answers.packages)} # installed by it as well`,
    '',
    '# Built and tested in the job, packed once, and kept on each worker to go back to.',
    'release:',
    answers.build && `  build: ${value(answers.build)}`,
    answers.test && `  test: ${value(answers.test)}`,
    `  include: ${list(answers.include)}`,
    answers.migrate && `  migrate: ${value(answers.migrate)} # once, before any worker switches`,
    answers.migrations && `  migrations: ${value(answers.migrations)}`,
    '',
    '# One worker at a time; what fails takes the workers that were switched back by itself.',
    'rollout: { batch: 1, drain-timeout: 30s, on-failure: revert }',
    database && '',
    database &&
      `database: { kind: ${value(database.kind)}, host: ${value(database.host.name)}, name: ${value(database.name)} }`,
    backup && '# Pulls the backups. A deploy waits for one that is restored and compared, before it changes anything.',
    backup && `backup: { host: ${value(backup.name)} }`,
    monitoring && '',
    monitoring && '# Measures availability and response time; `buka slo` reports them.',
    monitoring && `monitoring: { host: ${value(monitoring.name)} }`,
  ]
    .filter((line) => typeof line === 'string')
    .join('\n')
    .concat('\n');
}

const isThere = <T>(one: T | undefined): one is T => one !== undefined;

const style = { lineWidth: 0, flowCollectionPadding: false, collectionStyle: 'flow' } as const;

/** YAML's own quoting, also for where commas and brackets mean something. */
const list = (values: readonly string[]) => stringify(values, style).trim();
const value = (text: string) => list([text]).slice(1, -1);

/** Anything but a number is shown as it was typed, so that the schema can tell what is wrong with it. */
const portOf = (text: string) => (/^\d+$/.test(text) ? text : value(text));
