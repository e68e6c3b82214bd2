import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SilentHost } from './silent-host';

/** A small app with a `buka.yml`; its hosts are on this machine, at ports where nothing listens. */
export async function makeApp(release: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'buka-app-'));
  await writeFile(
    join(folder, 'buka.yml'),
    `service: pos
hosts:
  lb1: { address: 127.0.0.1, port: 1 }
  worker1: { address: 127.0.0.1, port: 2 }
  worker2: { address: 127.0.0.1, port: 3 }
load-balancers: { kind: haproxy, hosts: [lb1], backend: pos }
workers: { hosts: [worker1, worker2], port: 3000, health: /readyz }
release:
${release}
`,
  );
  return folder;
}

export const BUILDS = `  build: mkdir -p dist && echo "console.log('hi')" > dist/server.js && echo building
  test: test -f dist/server.js
  include: [dist]`;

/** The same, building, with a load balancer that takes connections and says nothing. */
export async function makeAppOn(host: SilentHost): Promise<string> {
  const folder = await makeApp(BUILDS);
  const file = join(folder, 'buka.yml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('port: 1 ', `port: ${host.port} `));
  return folder;
}
