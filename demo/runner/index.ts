export { Job, type JobSettings, type StepOptions, type StepResult } from './job';
