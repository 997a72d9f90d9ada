/** The field names that the schema knows at a path: for "did you mean". */
import * as z from 'zod/mini';
import { experimentSchema } from './schema';

type Schema = z.core.$ZodType;

type Path = readonly (string | number)[];

export function fieldsAt(path: Path): string[] {
  return schemasAt(path).flatMap((schema) => (schema instanceof z.ZodMiniObject ? Object.keys(schema.shape as object) : []));
}

/** What the field that tells a union's branches apart may be. */
export function discriminatorsAt(path: Path, field: string): string[] {
  return schemasAt([...path, field]).flatMap((schema) => (schema instanceof z.ZodMiniLiteral ? [...schema.def.values].map(String) : []));
}

function schemasAt(path: Path): Schema[] {
  return path.reduce<Schema[]>((schemas, part) => schemas.flatMap((schema) => step(schema, part)), alternatives(experimentSchema));
}

/** A schema without its defaults, and a union as its branches. */
function alternatives(schema: Schema): Schema[] {
  if (schema instanceof z.ZodMiniUnion || schema instanceof z.ZodMiniDiscriminatedUnion) return schema.def.options.flatMap(alternatives);
  if (schema instanceof z.ZodMiniDefault || schema instanceof z.ZodMiniPrefault || schema instanceof z.ZodMiniOptional) {
    return alternatives(schema.def.innerType);
  }
  return [schema];
}

function step(schema: Schema, part: string | number): Schema[] {
  if (schema instanceof z.ZodMiniArray && typeof part === 'number') return alternatives(schema.def.element);
  if (!(schema instanceof z.ZodMiniObject)) return [];
  const field = (schema.shape as Readonly<Record<string, Schema>>)[part];
  return field === undefined ? [] : alternatives(field);
}
