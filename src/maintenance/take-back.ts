import { AWAY_FILE } from '../load-balancer';
import { type Script, script } from '../remote';
import { seconds } from '../units';

/** Lets keepalived take the address again, as root on a load balancer. */
export const takeBack = (): Script<void> =>
  script({
    name: 'readmit the load balancer',
    text: 'rm -f -- "$away_file"\n',
    values: { away_file: AWAY_FILE },
    deadline: seconds(10),
  });
