import { ConfigurationError } from '../errors';
import type { ReleaseId } from './release';

const pattern = /^(?:local|[0-9a-f]{7})-[0-9a-f]{8}$/;

export const isReleaseId = (text: string): text is ReleaseId => pattern.test(text);

/**
 * Reads what a person typed as a release's id.
 * @throws ConfigurationError `release-id`
 */
export function releaseId(text: string): ReleaseId {
  if (isReleaseId(text)) return text;
  throw new ConfigurationError({
    code: 'release-id',
    message: `${JSON.stringify(text)} is not the id of a release`,
    hint: 'Ids look like 3f2a9c1-5b0e77d4; `buka releases` lists those that the workers have.',
  });
}
