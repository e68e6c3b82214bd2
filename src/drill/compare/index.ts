export { compare } from './compare';
export type { CompareOptions } from './ground';
export { requireConfirmed } from './look';
export { compareMarkdown } from './markdown';
export { comparePage } from './page';
export type { CompareReport } from './report';
export { sharingWords } from './sharing-words';
export { loadWords, notesOf, rowsOf, systemWords } from './words';
