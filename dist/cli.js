#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('error: buka needs Node 24 or newer; this is ' + process.version);
  console.error('  next: https://nodejs.org; on Linux this brings its own: npx --allow-git=root --yes github:simplifypos/buka#v1');
  process.exit(2);
}
require('./bundle').start('cli');
