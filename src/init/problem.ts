import { ClusterFileError, parseCluster } from '../cluster';
import { readAnswers } from './answers';
import { bukaYml } from './buka-yml';
import type { Given, QuestionName } from './questions';

/** A cluster without a mistake, at addresses that belong to nobody (RFC 5737). */
const stand: Given = {
  service: 'app',
  workers: 'stand-in1=192.0.2.1,stand-in2=192.0.2.2',
  'load-balancers': 'stand-in3=192.0.2.3',
  port: '80',
  health: '/',
  include: 'app',
};

/**
 * What `buka.yml`'s own schema has against an answer, given the earlier ones; undefined where it takes it. So a question
 * allows what the file does, and not a bit more.
 */
export function problemWith(name: QuestionName, text: string, given: Given): string | undefined {
  const all = { ...stand, ...given, [name]: text };
  try {
    parseCluster(bukaYml(readAnswers(all)));
    return undefined;
  } catch (error) {
    if (error instanceof ClusterFileError) return error.problems[0]?.message ?? error.message;
    throw error;
  }
}
