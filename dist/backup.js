require('./bundle').start('backup');
