import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { type Cluster, ClusterFileError, parseCluster } from '../../src/cluster';
import { VALID } from './files';

type Json = Record<string, unknown>;

/** Everything that a value of the file becomes on a host: a path, a name in a command, an argument, an address. */
function reachesHosts(cluster: Cluster): string[] {
  const { service, hosts, loadBalancers, workers, database } = cluster;
  return [
    service,
    ...[...hosts.values()].flatMap(({ name, address, user }) => [name, address, user]),
    ...loadBalancers.backends,
    ...loadBalancers.servers.keys(),
    ...loadBalancers.servers.values(),
    loadBalancers.masterSocket,
    loadBalancers.address ?? 'x',
    workers.health,
    workers.envFile ?? '/x',
    workers.unit,
    workers.root,
    database?.name ?? 'x',
  ];
}

/** Said in other words than the schema's: what would be read by a shell, an option parser, a socket, a path lookup. */
function isHarmless(value: string): boolean {
  const signs = [...value];
  return (
    value.length > 0 &&
    value.length < 1000 &&
    signs.every((sign) => sign > ' ' && sign < '\x7f') &&
    signs.every((sign) => !'\'"`$\\;|<>()[]{}*!#^,'.includes(sign)) &&
    !value.startsWith('-') &&
    !value.split('/').some((part) => part === '..' || part === '.')
  );
}

/** Where a string is put: every place of the file whose value leaves this machine. */
const places: Record<string, (file: Json, value: string) => void> = {
  service: (file, value) => {
    file.service = value;
  },
  "a host's name": (file, value) => {
    rename(file.hosts, 'worker2', value);
    section(file, 'workers').hosts = ['worker1', value, 'worker3'];
  },
  "a host's address": (file, value) => {
    section(file, 'hosts').worker2 = value;
  },
  "a host's address in a mapping": (file, value) => {
    section(file, 'hosts').worker2 = { address: value };
  },
  "a host's user": (file, value) => {
    section(file, 'hosts').worker2 = { address: '10.0.0.9', user: value };
  },
  'ssh.user': (file, value) => {
    file.ssh = { user: value };
  },
  backend: (file, value) => {
    section(file, 'load-balancers').backend = value;
  },
  'a backend in a list': (file, value) => {
    section(file, 'load-balancers').backend = ['pos', value];
  },
  "a server's name": (file, value) => {
    section(file, 'load-balancers').servers = { worker1: value };
  },
  "a server's worker": (file, value) => {
    section(file, 'load-balancers').servers = { [value]: 'web' };
  },
  'load-balancers.address': (file, value) => {
    section(file, 'load-balancers').address = value;
  },
  'master-socket': (file, value) => {
    section(file, 'load-balancers')['master-socket'] = value;
  },
  'env-file': (file, value) => {
    section(file, 'workers')['env-file'] = value;
  },
  health: (file, value) => {
    section(file, 'workers').health = value;
  },
  'database.name': (file, value) => {
    file.database = { kind: 'postgresql', host: 'lb1', name: value };
  },
};

const section = (file: Json, name: string) => file[name] as Json;

function rename(mapping: unknown, from: string, to: string): void {
  const values = mapping as Json;
  const value = values[from];
  delete values[from];
  values[to] = value;
}

const nasty = fc.constantFrom(
  ...['-', '--', '/', '..', '/..', ' ', '\n', '\r', '\t', '\0', "'", '"', '`', '$(id)', '$x', ';', '|', '&', '<', '>'],
  ...[
    '\\',
    '*',
    '?',
    '#',
    '!',
    '%',
    '@',
    ':',
    '=',
    '~',
    '\x1b[2J',
    '\x7f',
    '\u0085',
    '\u2028',
    '\u202e',
    'é',
    '٣',
    '😀',
  ],
);
const plain = fc.constantFrom('a', 'pos', 'worker1', 'lb1', '10.0.0.1', '/run/x', 'A', '0', '_', '.');
const hostile = fc.oneof(
  fc.array(fc.oneof(nasty, plain), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '-oProxyCommand=x', 'x'.repeat(5000), '/etc/../etc/passwd'),
);

describe('whatever buka.yml says', () => {
  test.each(Object.entries(places))('%s reaches hosts only in its strict form, or the file is refused', (_, put) => {
    fc.assert(
      fc.property(hostile, (value) => {
        const file = parse(VALID) as Json;
        put(file, value);
        let cluster: Cluster;
        try {
          cluster = parseCluster(stringify(file));
        } catch (error) {
          // Refused as a mistake of the user's, in words that carry nothing hostile to the terminal.
          expect(error).toBeInstanceOf(ClusterFileError);
          for (const { message } of (error as ClusterFileError).problems)
            expect(message).not.toMatch(/[\p{Cc}\p{Zl}]/u);
          return;
        }
        expect(reachesHosts(cluster).filter((one) => !isHarmless(one))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('the file as a whole may be any text, and is then refused as a mistake', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(() => parseCluster(text)).toThrow(ClusterFileError);
      }),
      { numRuns: 150 },
    );
  });

  test('the paths of a release stay in the folder of the app', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const file = parse(VALID) as Json;
        section(file, 'release').include = [value];
        section(file, 'release').migrations = value;
        try {
          const { include, migrations } = parseCluster(stringify(file)).release;
          for (const path of [...include, migrations ?? 'x']) {
            expect(path).not.toMatch(/^[/-]|[\p{Cc}\\]/u);
            expect(path.split('/')).not.toContain('..');
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ClusterFileError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
