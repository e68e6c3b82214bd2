import { execFile } from 'node:child_process';
import { seconds } from '../units';
import { type ListSecrets, LOG_IN, type SecretNames } from './secrets';

const PATIENCE = seconds(20);
const INSTALL = `https://cli.github.com, then ${LOG_IN}`;

/**
 * By GitHub's own gh, which knows who is asking; it lists names, never values. An environment that doesn't exist has no
 * secret.
 * @param folder of the repository
 */
export function ghSecrets(folder: string): ListSecrets {
  const asked = new Map<string, Promise<SecretNames>>();
  const once = (...words: string[]) => {
    const key = words.join(' ');
    const answer = asked.get(key) ?? gh(folder, words);
    asked.set(key, answer);
    return answer;
  };
  return async (environment) => {
    const [own, repository, organization] = await Promise.all([
      environment === undefined ? [] : once('secret', 'list', '--env', environment, '--json', 'name', '-q', '.[].name'),
      once('secret', 'list', '--json', 'name', '-q', '.[].name'),
      once('api', 'repos/{owner}/{repo}/actions/organization-secrets', '-q', '.secrets[].name'),
    ]);
    // Of an organization, few may ask; what is missing there is told by what the jobs lack.
    if ('why' in own) return own;
    if ('why' in repository) return repository;
    return [...own, ...repository, ...('why' in organization ? [] : organization)];
  };
}

function gh(folder: string, words: readonly string[]): Promise<SecretNames> {
  const env = { ...process.env, GH_PROMPT_DISABLED: '1', NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile('gh', [...words], { cwd: folder, env, timeout: PATIENCE }, (error, out, err) => {
      if (error === null) resolve(out.split('\n').filter(Boolean));
      else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        resolve({ why: 'gh, which could ask, is not installed', next: INSTALL });
      else if (/HTTP 404/.test(err) && words.includes('--env')) resolve([]);
      else resolve({ why: err.trim().split('\n')[0] || error.message });
    });
  });
}
