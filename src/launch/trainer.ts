/** Which training process there is: command line and extension must start the same one, and remember what it costs under one key. */
import path from 'node:path';

/** It lies beside the bundles, in `programs`; ALIGNMENT_GAP_TRAINER names another one (for development and tests). */
export function trainerIn(programs: string): string {
  const named = process.env.ALIGNMENT_GAP_TRAINER ?? '';
  return named === '' ? path.join(programs, 'trainer.js') : path.resolve(named);
}
