import { spawn } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { attachLab, insideNetwork } from '../lab';
import { labName } from './demo';

/**
 * Shows the demo's shop to a browser on this machine: http://127.0.0.1:8080 leads to the virtual address. The lab's
 * network has no way in or out, so this process takes the connections, and its twin in there goes on with them.
 */
function outside(): void {
  const lab = attachLab(labName);
  const [program, args] = insideNetwork(lab.name, [process.execPath, '--import', 'tsx', import.meta.filename]);
  const twin = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SHOP: lab.cluster.loadBalancers.address },
  });
  twin.once('close', () => process.exit(1));
  const port = Number(process.env.PORT ?? 8080);
  createServer({ pauseOnConnect: true }, (socket) => twin.send('browser', socket)).listen(port, '127.0.0.1', () =>
    console.log(`The shop is at http://127.0.0.1:${port}; ctrl-C ends this window, not the shop.`),
  );
}

function inside(shop: string): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (_message, browser: Socket) => {
    const balancer = connect(80, shop);
    browser.pipe(balancer).pipe(browser);
    for (const [one, other] of [
      [browser, balancer],
      [balancer, browser],
    ] as const) {
      one.on('error', () => other.destroy());
    }
  });
}

const { SHOP } = process.env;
if (SHOP) inside(SHOP);
else outside();
