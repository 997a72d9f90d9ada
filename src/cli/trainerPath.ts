import { existsSync } from 'node:fs';
import path from 'node:path';
import { CliError } from './errors';

/** The training process lies next to this bundle; ALIGNMENT_GAP_TRAINER names another one (for development and tests). */
export function trainerPath(): string {
  const named = process.env.ALIGNMENT_GAP_TRAINER ?? '';
  const file = named === '' ? path.join(__dirname, 'trainer.js') : path.resolve(named);
  if (!existsSync(file)) throw new CliError('The training process is not there.', file, 'Build it with: npm run build');
  return file;
}
