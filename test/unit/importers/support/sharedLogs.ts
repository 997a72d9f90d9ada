/** Real logs of others, which are no part of this repository: a folder `shared/data` beside or above the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'vitest';

/** The folder `shared/data/<name>` of the nearest folder above that has it. */
export function sharedFolder(name: 'logs' | 'generated'): string | undefined {
  for (let folder = path.resolve(import.meta.dirname, '../../../..'); ; folder = path.dirname(folder)) {
    const found = path.join(folder, 'shared', 'data', name);
    if (existsSync(found)) return found;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** Skips the test aloud where the real logs are not there. */
export function needsLogs(context: TestContext, name: 'logs' | 'generated' = 'logs'): string {
  const folder = sharedFolder(name);
  if (folder !== undefined) return folder;
  const reason = `no folder shared/data/${name} lies beside or above this checkout: the real logs are not part of it`;
  console.warn(`Skipped: ${reason}`);
  context.skip(reason);
  throw new Error(reason);
}

/** `EXPECTED.json` of the folder, file by file; empty where it is absent. */
export function expectedOf<T>(name: 'logs' | 'generated', mark: RegExp): [string, T][] {
  const folder = sharedFolder(name);
  if (folder === undefined) return [];
  const all = JSON.parse(readFileSync(path.join(folder, 'EXPECTED.json'), 'utf8')) as Record<string, T>;
  return Object.entries(all).filter(([file]) => mark.test(file));
}
