import type { Octokit } from '@octokit/core';
import type { z } from 'zod';
import { type Duration, milliseconds, seconds } from '../units';
import { apiFailure, type Permission, unreadable } from './api-failure';

/** What a question is: one of GitHub's REST API, version 2022-11-28, in Octokit's words. */
export interface Question<T> {
  /** `GET /repos/{owner}/{repo}/issues`; owner and repo are filled in. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** As much of the answer as is used. */
  readonly answer: z.ZodType<T>;
  /** What a job's token must be allowed. */
  readonly needs: Permission;
}

export interface ApiSettings {
  readonly token: string;
  /** All questions together, with their retries and waits, counted from the first. */
  readonly within: Duration;
  /** A test has shorter ones. */
  readonly second?: Duration;
  readonly env?: NodeJS.ProcessEnv;
}

/** GitHub's REST API, of the job's own repository. Every call of it goes through here. */
export class GitHubApi {
  /** `owner/name`. */
  readonly repository: string;
  readonly #settings: ApiSettings;
  readonly #url: string;
  #end: number | undefined;
  #octokit: Promise<Octokit> | undefined;

  constructor(settings: ApiSettings) {
    const { GITHUB_API_URL: url, GITHUB_REPOSITORY: repository = '' } = settings.env ?? process.env;
    this.#settings = settings;
    this.#url = (url || 'https://api.github.com').replace(/\/+$/, '');
    this.repository = repository;
  }

  /** @throws BukaError `github-denied`, `github-limited`, `github-failed` */
  async ask<T>({ route, parameters, answer, needs }: Question<T>): Promise<T> {
    const octokit = await this.#client();
    const [owner = '', repo = ''] = this.repository.split('/');
    // What makes something new isn't asked for twice: a server that failed may have made it.
    const request = route.startsWith('POST ') ? { retries: 0 } : {};
    const headers = { 'x-github-api-version': '2022-11-28' };
    const given = { ...parameters, request, headers, ...(route.includes('{owner}') && { owner, repo }) };
    const { data } = await octokit.request(route, given).catch((error: unknown) => {
      throw apiFailure(error, { route, needs });
    });
    const read = answer.safeParse(data);
    if (!read.success) throw unreadable(data, { route, needs });
    return read.data;
  }

  /** Octokit takes a while to load, and most actions never ask. */
  #client(): Promise<Octokit> {
    const { token, second = seconds(1), within } = this.#settings;
    this.#end ??= Date.now() + within;
    const left = () => milliseconds(Math.max(0, (this.#end ?? 0) - Date.now()));
    this.#octokit ??= import('./octokit').then(({ octokitFor }) => octokitFor({ token, url: this.#url, second, left }));
    return this.#octokit;
  }
}
