require('./bundle').start('deploy');
