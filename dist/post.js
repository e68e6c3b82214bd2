require('./bundle').start('post');
