import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigurationError } from '../src/errors';
import { bytes } from '../src/units';
import type { MachineRecord, Role, Size } from './state';

const powers: Readonly<Record<string, number>> = { M: 1024 ** 2, G: 1024 ** 3 };
const amount = z
  .string()
  .regex(/^[0-9]+[MG]$/, 'write a size as 512M or 2G')
  .transform((text) => bytes(Number(text.slice(0, -1)) * (powers[text.slice(-1)] ?? 1)));
const size = z.strictObject({ memory: amount.optional(), disk: amount.optional() });
const roles = ['load-balancer', 'worker', 'database', 'backup', 'monitoring', 'plain'] as const satisfies Role[];
const schema = z.strictObject({
  roles: z.partialRecord(z.enum(roles), size).default({}),
  hosts: z.record(z.string(), size).default({}),
});

export type Sizes = z.infer<typeof schema>;

const defaults: Readonly<Record<Role, Size>> = {
  'load-balancer': { memory: bytes(512 * 1024 ** 2), disk: bytes(512 * 1024 ** 2) },
  worker: { memory: bytes(1024 ** 3), disk: bytes(1024 ** 3) },
  database: { memory: bytes(1024 ** 3), disk: bytes(2 * 1024 ** 3) },
  backup: { memory: bytes(1024 ** 3), disk: bytes(4 * 1024 ** 3) },
  monitoring: { memory: bytes(1024 ** 3), disk: bytes(1024 ** 3) },
  plain: { memory: bytes(512 * 1024 ** 2), disk: bytes(512 * 1024 ** 2) },
};

/**
 * Reads a sizes file: `roles: { worker: { memory: 512M, disk: 2G } }` and `hosts: { db1: { disk: 8G } }`.
 * @param hosts those of the cluster; a size for another one is a mistake
 * @throws ConfigurationError `lab-sizes`
 */
export function readSizes(file: string | undefined, hosts: readonly string[]): Sizes {
  if (!file) return { roles: {}, hosts: {} };
  const wrong = (seen: string) =>
    new ConfigurationError({ code: 'lab-sizes', step: 'lab', message: `${file} is not a sizes file.`, seen });
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong((error as Error).message);
  }
  const result = schema.safeParse(content ?? {});
  if (!result.success) {
    throw wrong(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
  const unknown = Object.keys(result.data.hosts).filter((host) => !hosts.includes(host));
  if (unknown.length > 0) throw wrong(`hosts: the cluster has no ${unknown.join(', ')}`);
  return result.data;
}

/** A machine with several roles is as large as the largest of them. */
export function sizeOf({ host, roles: own }: Pick<MachineRecord, 'host' | 'roles'>, sizes: Sizes): Size {
  const largest = (key: 'memory' | 'disk') =>
    sizes.hosts[host]?.[key] ?? bytes(Math.max(...own.map((role) => sizes.roles[role]?.[key] ?? defaults[role][key])));
  return { memory: largest('memory'), disk: largest('disk') };
}
