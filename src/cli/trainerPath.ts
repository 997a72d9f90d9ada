import { existsSync } from 'node:fs';
import { trainerIn } from '../launch';
import { CliError } from './errors';

/** @throws CliError where it is not there. */
export function trainerPath(): string {
  const file = trainerIn(__dirname);
  if (!existsSync(file)) throw new CliError('The training process is not there.', file, 'Build it with: npm run build');
  return file;
}
