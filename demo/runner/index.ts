export { Job, type JobSettings, type StepResult } from './job';
