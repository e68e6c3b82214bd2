import { basename } from 'node:path';

/** What `buka init` has to know, by the name of its option. Every answer is text, as it is typed. */
export type QuestionName =
  | 'service'
  | 'workers'
  | 'load-balancers'
  | 'address'
  | 'backend'
  | 'user'
  | 'public-key'
  | 'jump'
  | 'port'
  | 'health'
  | 'env-file'
  | 'start'
  | 'packages'
  | 'build'
  | 'test'
  | 'include'
  | 'migrate'
  | 'migrations'
  | 'database'
  | 'backup'
  | 'monitoring';

/** An empty answer says that there is none. */
export type Given = Partial<Record<QuestionName, string>>;

/** What the repository tells, and where it was seen. */
export type Seen = Partial<Record<QuestionName, { readonly value: string; readonly from: string }>>;

export interface Question {
  readonly name: QuestionName;
  /** As it is asked, without a question mark. */
  readonly asks: string;
  /** How the option's value is called in the help. */
  readonly value: string;
  readonly example?: string;
  /** Without an answer there is no `buka.yml`. Nothing required is ever made up. */
  readonly required?: true;
  /** What is usual, where nothing was seen. */
  readonly usual?: (given: Given) => string | undefined;
}

/** In the order in which they are asked. */
export const questions: readonly Question[] = [
  { name: 'service', asks: 'Name of the service', value: 'name', required: true },
  {
    name: 'workers',
    asks: 'Workers, which run the app',
    value: 'hosts',
    example: 'worker1=10.0.0.21,worker2=10.0.0.22',
    required: true,
  },
  {
    name: 'load-balancers',
    asks: 'Load balancers, with HAProxy',
    value: 'hosts',
    example: 'lb1=10.0.0.11,lb2=10.0.0.12',
    required: true,
  },
  { name: 'address', asks: 'Address that the load balancers share; empty for none', value: 'address' },
  {
    name: 'backend',
    asks: "HAProxy's backend that the workers are in",
    value: 'name',
    usual: ({ service }) => service,
  },
  { name: 'user', asks: 'User that logs in to deploy', value: 'name', usual: () => 'deploy' },
  {
    name: 'public-key',
    asks: "That user's public key, as text or a file; empty where people see to the accounts",
    value: 'key or path',
  },
  {
    name: 'jump',
    asks: 'Jump host, where the machines are not reachable directly; empty for none',
    value: 'host',
    example: 'bastion=203.0.113.5',
  },
  { name: 'port', asks: 'Port that the app listens on', value: 'number', required: true },
  {
    name: 'health',
    asks: 'Health URL: answers 2xx once the app can serve, and asks the database',
    value: 'path',
    example: '/readyz',
    required: true,
  },
  {
    name: 'env-file',
    asks: "File with the app's environment, on each worker; empty for none",
    value: 'path',
    usual: ({ service }) => service && `/etc/${service}/env`,
  },
  { name: 'start', asks: 'Program that starts the app; empty where the systemd unit is yours', value: 'command' },
  {
    name: 'packages',
    asks: "The distribution's packages that the app needs; empty for none",
    value: 'names',
    usual: ({ start }) => (/^node(?:js)? /.test(start ?? '') ? 'nodejs' : undefined),
  },
  { name: 'build', asks: 'Command that builds the app; empty for none', value: 'command' },
  { name: 'test', asks: 'Command that tests it; empty for none', value: 'command' },
  {
    name: 'include',
    asks: 'Files and folders that make a release',
    value: 'paths',
    example: 'dist,migrations',
    required: true,
  },
  { name: 'migrate', asks: 'Program that migrates the database; empty for none', value: 'command' },
  { name: 'migrations', asks: 'Folder of the migrations; empty for none', value: 'path' },
  {
    name: 'database',
    asks: 'Database: kind, host and name; empty for none',
    value: 'database',
    example: 'postgresql:db1=10.0.0.31/shop',
  },
  {
    name: 'backup',
    asks: 'Backup server; empty for none',
    value: 'host',
    example: 'backup1=10.0.0.41',
  },
  {
    name: 'monitoring',
    asks: 'Monitoring server; empty for none',
    value: 'host',
    example: 'monitor1=10.0.0.51',
  },
];

/** Nothing to make a backup of: nobody is asked where to. */
export const isAsked = (name: QuestionName, given: Given): boolean =>
  !(name === 'backup' && !given.database) &&
  !(name === 'migrations' && !given.migrate) &&
  !(name === 'packages' && !given.start);

/** What an empty line, or `--yes`, takes: what was seen, else what is usual. */
export const suggestion = ({ name, usual }: Question, seen: Seen, given: Given): string | undefined =>
  seen[name]?.value ?? usual?.(given);

/** A name that `buka.yml` takes, made of what a folder or a package is called; undefined where nothing is left. */
export function serviceNameOf(text: string): string | undefined {
  const name = basename(text)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 32)
    .replace(/-+$/, '');
  return name === '' ? undefined : name;
}
