// A stand-in for actions/download-artifact. ACT_ARTIFACTS is the folder of one run's artifacts.
import { cpSync } from 'node:fs';
import { join } from 'node:path';

const { ACT_ARTIFACTS, INPUT_NAME, INPUT_PATH } = process.env;
cpSync(join(ACT_ARTIFACTS, INPUT_NAME), INPUT_PATH, { recursive: true });
console.log(`The artifact ${INPUT_NAME} is in ${INPUT_PATH}`);
