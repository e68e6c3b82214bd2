require('./bundle').start('alerts');
