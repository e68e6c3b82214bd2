#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('error: buka needs Node 24 or newer; this is ' + process.version);
  process.exit(2);
}
require('./bundle').start('cli');
