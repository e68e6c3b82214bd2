require('./bundle').start('pipeline');
