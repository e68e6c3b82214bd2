import { main } from '.';

// Run from a clone by `npm run buka -- …`; what is installed runs dist/cli.js.
main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
