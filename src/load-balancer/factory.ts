import type { Cluster, Host } from '../cluster';
import type { Remote } from '../remote';
import type { Duration } from '../units';
import { HaproxyLoadBalancer } from './haproxy/driver';
import { LEASE, type LoadBalancer } from './load-balancer';

/**
 * The driver for the cluster's kind of load balancer, on one of its hosts.
 * @param lease how long a drained worker stays out of rotation without a sign of life
 * @throws ConfigurationError `unusable-name` when a name or path would mean something to the load balancer's interface
 */
export function loadBalancer(cluster: Cluster, host: Host, remote: Remote, lease: Duration = LEASE): LoadBalancer {
  switch (cluster.loadBalancers.kind) {
    case 'haproxy':
      return new HaproxyLoadBalancer(cluster, host, remote, lease);
  }
}
