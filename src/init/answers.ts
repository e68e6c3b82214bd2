import { splitList } from '../lists';
import type { Given } from './questions';

export interface NamedHost {
  readonly name: string;
  readonly address: string;
}

/** The answers, read. What they mean to `buka.yml` is judged by its schema. */
export interface Answers {
  readonly service: string;
  readonly workers: readonly NamedHost[];
  readonly loadBalancers: readonly NamedHost[];
  readonly address?: string | undefined;
  readonly backend: string;
  readonly user: string;
  readonly publicKey?: string | undefined;
  readonly jump?: NamedHost | undefined;
  readonly port: string;
  readonly health: string;
  readonly envFile?: string | undefined;
  readonly start?: string | undefined;
  readonly packages: readonly string[];
  readonly build?: string | undefined;
  readonly test?: string | undefined;
  readonly include: readonly string[];
  readonly migrate?: string | undefined;
  readonly migrations?: string | undefined;
  readonly database?: { readonly kind: string; readonly host: NamedHost; readonly name: string } | undefined;
  readonly backup?: NamedHost | undefined;
  readonly monitoring?: NamedHost | undefined;
}

export function readAnswers(given: Given): Answers {
  const or = (text: string | undefined) => (text?.trim() ? text.trim() : undefined);
  const one = (text: string | undefined, name: string) => hostsOf(text ?? '', name)[0];
  return {
    service: or(given.service) ?? '',
    workers: hostsOf(given.workers ?? '', 'worker'),
    loadBalancers: hostsOf(given['load-balancers'] ?? '', 'lb'),
    address: or(given.address),
    backend: or(given.backend) ?? or(given.service) ?? '',
    user: or(given.user) ?? 'deploy',
    publicKey: or(given['public-key']),
    jump: one(given.jump, 'bastion'),
    port: or(given.port) ?? '',
    health: or(given.health) ?? '',
    envFile: or(given['env-file']),
    start: or(given.start),
    packages: splitList(given.packages ?? ''),
    build: or(given.build),
    test: or(given.test),
    include: splitList(given.include ?? ''),
    migrate: or(given.migrate),
    migrations: or(given.migrations),
    database: databaseOf(or(given.database)),
    backup: one(given.backup, 'backup'),
    monitoring: one(given.monitoring, 'monitor'),
  };
}

/** `lb1=10.0.0.11,lb2=10.0.0.12`, or addresses alone, which are named by what they are and counted. */
function hostsOf(text: string, prefix: string): NamedHost[] {
  return splitList(text).map((word, index) => {
    const at = word.indexOf('=');
    return at < 0
      ? { name: `${prefix}${prefix === 'bastion' ? '' : index + 1}`, address: word }
      : { name: word.slice(0, at).trim(), address: word.slice(at + 1).trim() };
  });
}

/** `postgresql:db1=10.0.0.31/shop`; what has another form is left for the schema to refuse. */
function databaseOf(text: string | undefined): Answers['database'] {
  if (text === undefined) return undefined;
  const [, kind = text, host = '', name = ''] = /^([^:]*):([^/]*)\/(.*)$/.exec(text) ?? [];
  const [named = { name: '', address: '' }] = hostsOf(host, 'db');
  return { kind, host: named, name };
}
