// Before `npm run demo`: plain JavaScript, since nothing else runs where nothing is installed.
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../node_modules/tsx', import.meta.url))) {
  console.error('The packages are not installed yet. Type: npm install && npm run demo');
  process.exit(1);
}
