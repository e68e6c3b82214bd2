require('./bundle').start('restore');
