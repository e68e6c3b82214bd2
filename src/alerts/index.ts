export { pageOf, type Rule } from './rule';
export { alertRules } from './rules';
