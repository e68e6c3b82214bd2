/** A line that act reads otherwise than the file has it. */
export interface Change {
  /** From 1, in the file as it is. */
  readonly line: number;
  readonly was: string;
  /** Undefined where the line was left out. */
  readonly is: string | undefined;
  readonly why: string;
}

export interface Rewritten {
  readonly text: string;
  readonly changes: readonly Change[];
}

interface Rule {
  /** Matches a whole line. */
  readonly line: RegExp;
  /** What comes in its place, as `String.replace` has it; undefined leaves the line out. */
  readonly is: string | undefined;
  readonly why: string;
}

/** What act 0.2.89 doesn't know of GitHub's syntax, line by line; nothing else in a workflow is changed. */
const rules: readonly Rule[] = [
  {
    line: /^( *(?:- )?uses: )\$\/(actions\/[\w-]+)$/,
    is: '$1simplifypos/buka/$2@v1',
    why: 'act knows no `$/`, the commit of the workflow itself; `--local-repository` gives it the same files by name',
  },
  {
    line: /^ *queue: max$/,
    is: undefined,
    why: 'act refuses the property; it runs one workflow at a time, so nothing waits',
  },
  {
    line: /^ *deployment: false$/,
    is: undefined,
    why: 'act refuses the property; it has no environments, so no deployment is made',
  },
];

/** A workflow as act takes it. Where a newer act knows a line, its rule goes. */
export const forAct = (text: string): Rewritten => rewrite(text, rules);

/**
 * The copy of `workflows/deploy.yml` in a repository that has no attestations, as the file's own comment tells it: nothing
 * outside of GitHub can sign.
 */
export const withoutProvenance = (text: string): Rewritten =>
  rewrite(text, [
    {
      line: /^( *)environment: production$/,
      is: '$&\n$1provenance: false',
      why: "act has no attestations; this is what the file tells a private repository to add under 'with:'",
    },
  ]);

/**
 * A caller with one more job, which prints what its call has given back: act tells the outputs of steps, but not those of a
 * called workflow. After a call that failed act runs no further job.
 */
export function tellingOutputs(text: string): Rewritten {
  const [, job = ''] = /^ {2}(\w+):\n {4}uses: simplifypos\/buka\//m.exec(text) ?? [];
  if (job === '') throw new Error('There is no job that calls a workflow.');
  const is = `
  told:
    needs: ${job}
    runs-on: ubuntu-latest
    permissions: {}
    steps:
      - run: printf 'TOLD %s\\n' "$OUTPUTS"
        shell: sh
        env:
          OUTPUTS: \${{ toJSON(needs.${job}.outputs) }}
`;
  const why = 'a job of the test: what the call gave back is told nowhere else';
  return { text: text + is, changes: [{ line: text.split('\n').length, was: '', is, why }] };
}

function rewrite(text: string, by: readonly Rule[]): Rewritten {
  const changes: Change[] = [];
  const lines = text.split('\n').flatMap((was, index) => {
    const rule = by.find(({ line }) => line.test(was));
    if (rule === undefined) return [was];
    const is = rule.is === undefined ? undefined : was.replace(rule.line, rule.is);
    changes.push({ line: index + 1, was, is, why: rule.why });
    return is === undefined ? [] : [is];
  });
  return { text: lines.join('\n'), changes };
}
