require('./bundle').start('slo');
