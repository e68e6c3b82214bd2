import { isIPv6 } from 'node:net';

/** As it is written before a port, and in a URL (RFC 3986, 3.2.2). */
export const bracketed = (address: string): string => (isIPv6(address) ? `[${address}]` : address);
