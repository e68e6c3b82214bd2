import { jsonSchema } from '../src/cluster';

/** What docs/buka.schema.json says. */
export const schemaText = (): string => `${JSON.stringify(jsonSchema(), null, 2)}\n`;
