import { CliError } from './errors';
import type * as Pages from './pages';

/** @throws CliError where the bundle is not there */
export async function loadPages(): Promise<typeof Pages> {
  return import('./pages').catch((error: unknown) => {
    throw new CliError(`Studies and reports cannot be loaded: ${(error as Error).message}`, __dirname, 'Build them with: npm run build');
  });
}
