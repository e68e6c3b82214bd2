import { resolve } from 'node:path';
import ts from 'typescript';

/** What the code of an action asks for, and what it sets. */
export interface CodeInterface {
  /** Name to what is taken where it isn't given; undefined where that is nothing, or it must be given. */
  readonly inputs: ReadonlyMap<string, string | undefined>;
  /** Inputs that must be given. */
  readonly required: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
}

interface Found {
  readonly inputs: Map<string, string | undefined>;
  readonly required: Set<string>;
  readonly outputs: Set<string>;
}

const folder = resolve('src/actions');
/** Sets `outcome` when the job is killed, for those actions that have it; `outcome` of its words says which. */
const hosts = resolve('src/actions/hosts.ts');

/**
 * Reads it out of the sources, by TypeScript's own compiler: from an entry's `run`, through all functions of `src/actions`
 * that it calls, each `…Input('name')` and the keys of each `setOutputs({…})`.
 */
export class ActionCode {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;

  constructor() {
    const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
    this.#program = ts.createProgram([resolve(folder, 'index.ts')], options);
    this.#checker = this.#program.getTypeChecker();
  }

  /** Of one or more entries, such as `deploy` and `post`. */
  of(...entries: readonly string[]): CodeInterface {
    const found: Found = { inputs: new Map(), required: new Set(), outputs: new Set() };
    const seen = new Set<ts.Node>();
    for (const entry of entries) this.#follow(this.#run(entry), found, seen);
    return found;
  }

  #run(entry: string): ts.Node {
    const source = this.#program.getSourceFile(resolve(folder, `${entry}.ts`));
    const run = source?.statements.find((one) => ts.isFunctionDeclaration(one) && one.name?.text === 'run');
    if (run === undefined) throw new Error(`src/actions/${entry}.ts has no run()`);
    return run;
  }

  #follow(from: ts.Node, found: Found, seen: Set<ts.Node>): void {
    if (seen.has(from)) return;
    seen.add(from);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        const [first, second] = node.arguments;
        const name = node.expression.getText();
        if (/^(input|\w+Input)$/.test(name) && first && ts.isStringLiteral(first)) {
          const fallback = second && ts.isStringLiteral(second) ? second.text : undefined;
          found.inputs.set(first.text, name === 'flagInput' ? 'false' : fallback);
          if (name === 'requiredInput') found.required.add(first.text);
        }
        if (name === 'setOutputs' && first && from.getSourceFile().fileName !== hosts)
          for (const { name: key } of this.#checker.getTypeAtLocation(first).getProperties()) found.outputs.add(key);
        const called = this.#declaration(node.expression);
        if (called?.getSourceFile().fileName.startsWith(`${folder}/`)) this.#follow(called, found, seen);
      }
      ts.forEachChild(node, visit);
    };
    visit(from);
  }

  #declaration(expression: ts.Expression): ts.Node | undefined {
    let symbol = this.#checker.getSymbolAtLocation(expression);
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = this.#checker.getAliasedSymbol(symbol);
    return symbol?.declarations?.[0];
  }
}
