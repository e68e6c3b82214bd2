/** The half of the runner's protocol that goes over standard output (GitHub docs, "Workflow commands"). */
const command = /^::([a-z-]+)(?: ([^:]*))?::(.*)$/;

/** Turns what an action prints into what a person reads; values that it asked to mask are starred from then on. */
export class Console {
  private readonly masks: string[] = [];

  /** @returns the line for people, or undefined where there is nothing to show. */
  show(line: string): string | undefined {
    const [, name, , data = ''] = command.exec(line) ?? [];
    const text = unescaped(data);
    switch (name) {
      case undefined:
        return this.mask(line);
      case 'add-mask':
        if (text !== '') this.masks.push(text);
        return undefined;
      case 'group':
        return this.mask(text);
      case 'error':
      case 'warning':
      case 'notice':
        return this.mask(`${name}: ${text}`);
      default:
        return undefined;
    }
  }

  private mask(text: string): string {
    return this.masks.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  }
}

/** `%0A` and the like; `%25` last, so that an escaped escape stays one. */
function unescaped(data: string): string {
  return data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

/** What an action wrote into `GITHUB_OUTPUT`, `GITHUB_STATE` or `GITHUB_ENV`: `name=value`, or a block with a delimiter. */
export function readPairs(file: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = file.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const block = /^([^=]+?)<<(.+)$/.exec(line);
    if (block) {
      const [, name = '', delimiter = ''] = block;
      const end = lines.indexOf(delimiter, index + 1);
      if (end < 0) throw new Error(`The block of ${name} has no end: an action was cut while it wrote.`);
      pairs[name] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else if (line.includes('=')) {
      pairs[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
    }
  }
  return pairs;
}
