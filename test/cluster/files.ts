/** A cluster that is right, to be made wrong in one place. Lines are counted by the tests: keep one key a line. */
export const VALID = `service: pos
ssh: { user: deploy }
hosts:
  lb1: 10.0.0.11
  lb2: 10.0.0.12
  worker1: 10.0.0.21
  worker2: 10.0.0.22
  worker3: { address: 10.0.0.23, port: 2222, user: ops }
load-balancers:
  kind: haproxy
  hosts: [lb1, lb2]
  backend: pos
workers:
  hosts: [worker1, worker2, worker3]
  port: 3000
  health: /readyz
release:
  include: [dist]
`;

/** The valid file with one piece of its text exchanged. */
export function having(old: string, now: string): string {
  if (!VALID.includes(old)) throw new Error(`not in the file: ${old}`);
  return VALID.replace(old, () => now);
}
