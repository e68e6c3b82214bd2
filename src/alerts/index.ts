export { type Alert, askAlerts, firingAlerts } from './firing';
export { type Issue, type IssuePlan, type IssueReport, type IssueTracker, planIssues, syncIssues } from './issues';
export { pageOf, type Rule } from './rule';
export { alertRules } from './rules';
