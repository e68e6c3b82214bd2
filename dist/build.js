require('./bundle').start('build');
