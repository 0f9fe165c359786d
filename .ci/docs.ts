/** docs/policy.md's table of keys, from the policy's schema. */
import * as z from 'zod/mini';
import { policySchema } from '../src/policy/schema.ts';

interface Schema {
  description?: string;
  type?: string;
  enum?: string[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** The schema for editors (https://json-schema.org/draft/2020-12). */
export function policyJsonSchema(): string {
  // A list of rules that stands in a dozen places is written once: it is published.
  const schema = { ...z.toJSONSchema(policySchema, { reused: 'ref' }), title: 'vakt policy' };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** One row for each key, with its description; nested keys with a dot. */
export function policyTable(): string {
  const rows: string[] = [];
  const visit = (schema: Schema, path: string): void => {
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      const name = path === '' ? key : `${path}.${key}`;
      if (path !== 'rules') rows.push(`| \`${name}\` | ${inner.description ?? ''} | ${shapeOf(inner)} |`);
      for (const one of [
        inner,
        ...(inner.anyOf ?? []),
        ...(inner.items === undefined ? [] : [inner.items]),
      ]) {
        if (key !== 'rules') visit(one, name);
      }
    }
  };
  visit(z.toJSONSchema(policySchema) as Schema, '');
  return ['| key | meaning | value |', '|---|---|---|', ...rows].join('\n');
}

function shapeOf({ type, enum: values, anyOf, items, properties }: Schema): string {
  if (anyOf !== undefined) return [...new Set(anyOf.map(shapeOf))].join(', or ');
  if (values !== undefined) return values.length > 8 ? 'a name' : values.join(', ');
  if (type === 'array') return `list of ${items === undefined ? 'values' : shapeOf(items)}`;
  if (properties !== undefined) return 'keys below';
  return type === 'boolean' ? 'true, false' : (type ?? '');
}
