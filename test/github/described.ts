import {
  createInstance,
  getHttpOperationsFromSpec,
  type IHttpRequest,
  type IHttpResponse,
} from '@stoplight/prism-http';

/** What came of a request that GitHub's own description of its API knows. */
export interface Judged {
  readonly answer: IHttpResponse;
  /** Where request or answer isn't as GitHub describes it. */
  readonly problems: readonly string[];
}

export type Answering = (request: IHttpRequest, template: unknown) => Answer;

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A failure that GitHub's description doesn't list for each path, such as 429. */
  readonly undescribed?: boolean;
}

/**
 * GitHub's REST API by its own OpenAPI description (test/github/openapi.json, made by scripts/github-openapi.ts): Prism
 * finds the operation, judges the request, and then the answer that a stand-in gives. The stand-in gets a template of a
 * right answer, with every field that GitHub has.
 */
export async function describedApi(): Promise<(request: IHttpRequest, answering: Answering) => Promise<Judged>> {
  const operations = await getHttpOperationsFromSpec('test/github/openapi.json');
  const logger = silent() as never;
  const common = { checkSecurity: false, errors: false, upstreamProxy: undefined, mock: { dynamic: false } };
  const sampling = createInstance(
    { ...common, isProxy: false, validateRequest: false, validateResponse: false },
    { logger },
  );

  return async (request, answering) => {
    // Without the headers: of the media types of an answer one has a template.
    const sample = await sampling.request({ ...request, headers: {} }, operations)();
    const template = sample._tag === 'Right' ? sample.right.output.body : undefined;
    let undescribed = false;
    const judging = createInstance(
      { ...common, isProxy: true, upstream: new URL('http://stand-in'), validateRequest: true, validateResponse: true },
      {
        logger,
        // Instead of over the network: the stand-in.
        forward: () => () => async () => {
          const { status, headers, body, undescribed: free = false } = answering(request, template);
          undescribed = free;
          const type = { 'content-type': 'application/json; charset=utf-8' };
          return { _tag: 'Right', right: { statusCode: status, headers: { ...type, ...headers }, body } };
        },
      },
    );
    const found = await judging.request(request, operations)();
    if (found._tag === 'Left')
      return { answer: { statusCode: 404, body: { message: 'Not Found' } }, problems: [found.left.message] };
    const { output, validations } = found.right;
    const wrong = [...validations.input, ...(undescribed ? [] : validations.output)];
    const { method, url } = request;
    const problems = wrong.map(({ path, message }) => `${method} ${url.path}: ${path?.join('.')}: ${message}`);
    return { answer: output, problems };
  };
}

function silent(): Record<string, unknown> {
  const nothing = () => {};
  const logger: Record<string, unknown> = {};
  for (const level of ['trace', 'debug', 'info', 'success', 'warn', 'error', 'fatal']) logger[level] = nothing;
  logger.child = () => logger;
  return logger;
}
