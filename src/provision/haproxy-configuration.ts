import { isIP, isIPv6 } from 'node:net';
import { bracketed, type Cluster } from '../cluster';
import { CUSTOMERS_KEEP } from '../load-balancer';
import { ADMIN_SOCKET, ALIVE_PATH, HAPROXY_METRICS_PORT, HAPROXY_STATE, HAS_WORKERS_PATH } from './names';
import { MARK } from './setup';

/**
 * HAProxy before the workers. Retries are Debian's stock settings, which repeat only what never reached a worker: a sale
 * must not be booked twice. A check may take 3 s, since without a time of its own it gets no more than its interval
 * (configuration manual, `timeout check`), and one busy second of a load balancer would take every worker out at once.
 * A reload would close the connections on which no request is under way at once, under the next request of a client that
 * doesn't know yet: one of 1,500 failed over 18 reloads; told with an answer, none of 1,700 (`idle-close-on-response`).
 * HAProxy passes on how long the *app* keeps an idle connection (`Keep-Alive`, 72 s with the POS), and closes its own
 * after 50 s: of 900 clients that came again about then, one lost its request. They are told a time that holds.
 */
export function haproxyConfiguration(cluster: Cluster): string {
  const { loadBalancers, workers } = cluster;
  const servers = workers.hosts.map(
    ({ name, address }) =>
      `    server ${loadBalancers.servers.get(name) ?? name} ${bracketed(address)}:${workers.port} check`,
  );
  const backends = loadBalancers.backends.map(
    (backend) => `backend ${backend}
    balance roundrobin
    option httpchk GET ${workers.health}
    http-check expect status 200-299
    default-server inter 500ms fall 2 rise 2
    load-server-state-from-file global
${servers.join('\n')}
`,
  );
  return [head, frontend(cluster), ...backends, ...metrics(cluster)].join('\n');
}

// The log goes to journald, a line a request, with the times that it waited, connected, and was answered in
// (configuration manual, 8.2.3).
const head = `${MARK}
global
    log /dev/log local0 info
    chroot /var/lib/haproxy
    stats socket ${ADMIN_SOCKET} mode 660 group haproxy level admin expose-fd listeners
    stats timeout 30s
    server-state-file ${HAPROXY_STATE}
    user haproxy
    group haproxy

defaults
    log global
    mode http
    option httplog
    option dontlognull
    option forwardfor
    retries 3
    option redispatch
    option idle-close-on-response
    timeout connect 5s
    timeout client 50s
    timeout server 50s
    timeout http-request 10s
    timeout http-keep-alive 50s
    timeout check 3s
`;

/** Answers by itself, to its own machine, what keepalived asks: that it takes requests, and has a worker for them. */
const frontend = ({ service, loadBalancers: { address, backends } }: Cluster) => `frontend ${service}-in
    bind ${address && isIPv6(address) ? ':::80 v4v6' : ':80'}
    acl keepalived-asks src 127.0.0.1 ::1
    acl its-question path ${ALIVE_PATH} ${HAS_WORKERS_PATH}
    acl whether-it-has-workers path ${HAS_WORKERS_PATH}
    http-request set-log-level silent if keepalived-asks its-question
    http-request return status 503 content-type text/plain string none if keepalived-asks whether-it-has-workers { nbsrv(${backends[0]}) eq 0 }
    http-request return status 200 content-type text/plain string serving if keepalived-asks its-question
    http-after-response set-header Keep-Alive timeout=${CUSTOMERS_KEEP / 1000}
    default_backend ${backends[0]}
`;

/** For the monitoring host alone; one that has a name instead of an address is taken at its word by no rule. */
function metrics({ monitoring }: Cluster): string[] {
  if (monitoring === undefined) return [];
  const { address } = monitoring.host;
  const from = isIP(address) ? `127.0.0.1 ::1 ${address}` : undefined;
  return [
    `frontend buka-metrics
    bind ${isIPv6(address) ? `:::${HAPROXY_METRICS_PORT} v4v6` : `:${HAPROXY_METRICS_PORT}`}
    http-request set-log-level silent
${from === undefined ? '' : `    http-request deny unless { src ${from} }\n`}    http-request use-service prometheus-exporter if { path /metrics }
    http-request deny
`,
  ];
}
