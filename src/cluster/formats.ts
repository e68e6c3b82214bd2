import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { type Duration, milliseconds } from '../units';

/**
 * The strict form of every value that a host or a load balancer gets to see. Quoting keeps a shell from reading them;
 * these keep out what would mean something to the next program: a leading dash, `..`, a newline, a space.
 * Every message completes the sentence "must be …".
 */
export function text(pattern: RegExp, what: string): z.ZodString {
  return z.string({ error: what }).regex(pattern, { error: what });
}

/** A label of a DNS name (RFC 1123, section 2.1); used as the name of a machine, so also of its lines in the log. */
export const hostName = text(
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  "a host's name: lower-case letters, digits and dashes, at most 63",
);

export const serviceName = text(
  /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
  'a name of lower-case letters, digits and dashes that starts with a letter, at most 32',
);

const addressMeaning = 'an IP address or a DNS name';

/** IPv6 without a zone: a zone names an interface of one machine and says nothing on another. */
export const address = text(
  /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[0-9A-Fa-f:.]{2,45}$/,
  addressMeaning,
).refine((value) => isIP(value) !== 0 || isDnsName(value), { error: addressMeaning });

function isDnsName(value: string): boolean {
  const labels = value.split('.');
  // A last label of digits alone is a mistyped IPv4 address: no such top-level domain can exist (RFC 3696, section 2).
  const mistyped = labels.length > 1 && /^[0-9]+$/.test(labels.at(-1) ?? '');
  return !mistyped && labels.every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label));
}

export const isSameAddress = (one: string, other: string): boolean =>
  isIPv4(one) ? one === other : one.toLowerCase() === other.toLowerCase();

export const userName = text(/^[a-z_][a-z0-9_-]{0,31}$/, 'a Unix user name');

/** A line of authorized_keys without options (sshd(8)); what a security key's type ends with, an at sign is in. */
export const publicKey = text(
  /^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}(?: [\P{C}]*)?$/u,
  'a public key as in id_ed25519.pub: ssh-ed25519 AAAA…',
);

/** Debian Policy, 5.6.7. */
export const packageName = text(/^[a-z0-9][a-z0-9+.-]{1,127}$/, "a package's name, such as nodejs");

/** HAProxy allows these characters in names (Configuration Manual, section 2.2); the first one can't be a dash here. */
export const proxyName = text(
  /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/,
  'a name as HAProxy allows it: letters, digits and _ . : -',
);

export const databaseName = text(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/, 'a name of letters, digits, _ and -, at most 63');

/** Prometheus's data model, "Metric names and labels"; a colon is for recording rules. */
export const metricName = text(
  /^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/,
  "a metric's name: letters, digits and _, such as http_request_duration_seconds",
);

export const absolutePath = text(
  /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@:+-]+)+$/,
  'an absolute path of letters, digits and . _ @ : + -, without a slash at its end',
);

/** Below the app's folder, on the machine that builds. Any letters of any script, nothing invisible. */
export const relativePath = text(
  /^(?!-)(?:(?!\.{1,2}(?:\/|$))[^/\\\p{C}\p{Zl}\p{Zp}]+\/)*(?!\.{1,2}$)[^/\\\p{C}\p{Zl}\p{Zp}]+$/u,
  "a path relative to the app's folder, without . or .. in it",
);

export const urlPath = text(
  /^\/(?!(?:.*\/)?\.{1,2}(?:[/?]|$))[A-Za-z0-9._~%/?=&-]{0,255}$/,
  'a path that starts with a slash and has no . or .. in it, such as /readyz',
);

/** Run by bash on the machine that builds: a person's own commands, so only what can't be typed is refused. */
export const command = text(/^(?=[\s\S]*\S)[\P{Cc}\t\n]+$/u, 'a command');

export const portNumber = z
  .int({ error: 'a port: 1 to 65535' })
  .min(1, { error: 'a port: 1 to 65535' })
  .max(65_535, { error: 'a port: 1 to 65535' });

export const whole = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

const unitLengths = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `500ms`, `30s`, `2m`, `1h`, `7d`: a length of time always says its unit. */
export const duration = (least: string, most: string) => {
  const what = `a length of time from ${least} to ${most}, with its unit: 500ms, 30s, 2m, 1h or 7d`;
  return text(/^[0-9]{1,7}(?:ms|s|m|h|d)$/, what)
    .refine((value) => read(value) >= read(least) && read(value) <= read(most), { error: what })
    .transform(read);
};

function read(value: string): Duration {
  const match = /^([0-9]+)(ms|s|m|h|d)$/.exec(value);
  // `refine` also sees values that the pattern has refused already.
  if (!match) return milliseconds(Number.NaN);
  return milliseconds(Number(match[1]) * unitLengths[match[2] as keyof typeof unitLengths]);
}
