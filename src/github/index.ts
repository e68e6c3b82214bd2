export { failJob, workspace } from './failure';
export { flagInput, input, requiredInput, secretInput } from './inputs';
export { block, code, table, text } from './markdown';
export { setOutputs } from './outputs';
export { JobReporter } from './reporter';
export { type JobRun, jobRun } from './run';
export { addSummary, failureMarkdown, rolloutSummary } from './summary';
