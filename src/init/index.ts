export { readAnswers } from './answers';
export { bukaYml } from './buka-yml';
export { type NewFile, type PlannedFile, planFiles, refuseToOverwrite, writeFiles } from './files';
export { look, type Repository } from './look';
export { type NextStep, nextSteps, scanOf, setSecret } from './next';
export { problemWith } from './problem';
export { type Given, isAsked, type Question, type QuestionName, questions, type Seen, suggestion } from './questions';
export {
  carriedWorkflows,
  DEPLOY_SECRETS,
  type NeededSecret,
  readWorkflows,
  secretsToSet,
  type Workflow,
  workflowOf,
} from './workflows';
