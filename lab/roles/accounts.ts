import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The accounts of a machine: those of the base and the ones that its roles add. */
export interface Accounts {
  readonly passwd: string;
  readonly group: string;
  readonly shadow: string;
}

export const baseAccounts = (base: string): Accounts => ({
  passwd: readFileSync(join(base, 'etc/passwd'), 'utf8'),
  group: readFileSync(join(base, 'etc/group'), 'utf8'),
  shadow: readFileSync(join(base, 'etc/shadow'), 'utf8'),
});

interface Account {
  readonly name: string;
  readonly id: number;
  readonly home: string;
  readonly shell: string;
}

/** With an account that has no password, and a group of its own; one that exists is left as it is. */
export function withAccount(accounts: Accounts, { name, id, home, shell }: Account): Accounts {
  if (accounts.passwd.split('\n').some((line) => line.startsWith(`${name}:`))) return accounts;
  return {
    passwd: `${accounts.passwd}${name}:x:${id}:${id}::${home}:${shell}\n`,
    group: `${accounts.group}${name}:x:${id}:\n`,
    shadow: `${accounts.shadow}${name}:*:20000:0:99999:7:::\n`,
  };
}

/** With `user` as a member of `group`. */
export function withMember(accounts: Accounts, group: string, user: string): Accounts {
  const lines = accounts.group.split('\n').map((line) => {
    const [name, password, id, members = ''] = line.split(':');
    if (name !== group) return line;
    return [name, password, id, [...members.split(',').filter(Boolean), user].join(',')].join(':');
  });
  return { ...accounts, group: lines.join('\n') };
}

const field = (text: string, name: string, index: number): string | undefined =>
  text
    .split('\n')
    .map((line) => line.split(':'))
    .find(([key]) => key === name)?.[index];

const need = (value: string | undefined, what: string): string => {
  if (value === undefined) throw new Error(`the base has no ${what}`);
  return value;
};

export const userId = (accounts: Accounts, name: string): number =>
  Number(need(field(accounts.passwd, name, 2), `user ${name}`));
export const groupId = (accounts: Accounts, name: string): number =>
  Number(need(field(accounts.group, name, 2), `group ${name}`));
export const homeOf = (accounts: Accounts, name: string): string =>
  need(field(accounts.passwd, name, 5), `user ${name}`);
export const primaryGroup = (accounts: Accounts, name: string): string => {
  const id = need(field(accounts.passwd, name, 3), `user ${name}`);
  const line = accounts.group.split('\n').find((entry) => entry.split(':')[2] === id);
  return need(line?.split(':')[0], `group ${id}`);
};
