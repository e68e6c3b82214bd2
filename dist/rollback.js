require('./bundle').start('rollback');
