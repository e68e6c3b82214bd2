import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Job } from '../../demo/runner';

const toolkit = pathToFileURL(join(process.cwd(), 'node_modules/@actions/core/lib/core.js')).href;

describe('the runner of the demo', () => {
  let folder: string;
  const lines: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'buka-runner-test-'));
    lines.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** An action that uses GitHub's own toolkit, as Buka's do. */
  async function run(main: string, inputs: Record<string, string> = {}, post?: string) {
    const action = join(folder, 'action');
    await mkdir(action);
    const program = (text: string) => `const core = await import(${JSON.stringify(toolkit)});\n${text}\n`;
    await writeFile(join(action, 'main.mjs'), program(main));
    if (post) await writeFile(join(action, 'post.mjs'), program(post));
    const yaml = `inputs: { ssh-key: {}, keep: { default: 5 }, token: { default: '\${{ github.token }}' } }
runs: { using: node24, main: main.mjs${post ? ', post: post.mjs' : ''} }\n`;
    await writeFile(join(action, 'action.yml'), yaml);
    const job = await Job.start({ workspace: folder });
    try {
      return await job.run(action, inputs, { onLine: (line) => lines.push(line) });
    } finally {
      await job.finish();
    }
  }

  test('an action reads its inputs and defaults, and its outputs and summary arrive whole', async () => {
    const result = await run(
      `core.setOutput('seen', [core.getInput('ssh-key'), core.getInput('keep'), core.getInput('token')].join('|'));
       core.setOutput('lines', 'a\\nb=c\\n');
       await core.summary.addRaw('# Done').write();`,
      { 'ssh-key': 'one\ntwo' },
    );
    expect(result).toEqual({ status: 0, outputs: { seen: 'one\ntwo|5|', lines: 'a\nb=c\n' }, summary: '# Done' });
  });

  test('people read titles and errors, not the protocol, and no secret', async () => {
    const { status } = await run(
      `core.setSecret('hunter2'); core.startGroup('Drain'); core.info('with hunter2'); core.endGroup();
       core.setFailed('100% wrong\\nhost: lb1');`,
    );
    expect(status).toBe(1);
    expect(lines).toEqual(['Drain', 'with ***', 'error: 100% wrong\nhost: lb1']);
  });

  test('the post step runs at the end of the job and has the state that main left', async () => {
    await run(`core.saveState('lock', 'mine')`, {}, `core.info('post has ' + core.getState('lock'))`);
    expect(lines).toEqual(['post has mine']);
  });

  test('an input that the action does not have is refused', async () => {
    await expect(run('', { 'ssh-kye': 'x' })).rejects.toThrow('ssh-kye');
  });
});
