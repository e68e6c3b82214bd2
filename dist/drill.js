require('./bundle').start('drill');
