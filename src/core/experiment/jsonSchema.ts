/** The editor's JSON Schema of the experiment file. Kept apart: only the build writes it, so no bundle carries the generator. */
import * as z from 'zod/mini';
import { experimentSchema } from './schema';

/** JSON Schema (2020-12) of what a user may write: defaulted fields are optional, unknown fields an error. */
export function experimentJsonSchema(): object {
  const schema = z.toJSONSchema(experimentSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, title: 'Alignment Gap experiment', allowTrailingCommas: true };
}
