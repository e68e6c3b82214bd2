export { failJob, warnJob, workspace } from './failure';
export { flagInput, input, requiredInput, secretInput } from './inputs';
export { block, code, table, text } from './markdown';
export { savedState, saveState, setOutputs } from './outputs';
export { JobReporter } from './reporter';
export { type JobRun, jobRun } from './run';
export { sloSummary } from './slo-summary';
export { addSummary, backupTable, failureMarkdown, rolloutSummary } from './summary';
