require('./bundle').start('provision');
