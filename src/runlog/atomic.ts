/** Files that appear whole or not at all. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { RunLogError } from './errors';

/**
 * Writes aside, flushes to the disk, renames: a reader sees the old file or the new one, even after a power cut.
 * Makes the folder. @throws RunLogError naming the file; what was there before is then untouched.
 */
export async function writeFileAtomic(file: string, data: string | Uint8Array): Promise<void> {
  // In the same folder, for only there is a rename atomic; with a name of its own, for two writers may meet.
  const aside = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${randomUUID()}.tmp`);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(aside, 'wx');
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    // Best effort: what failed above is the error to tell, not the tidying.
    await rm(aside, { force: true }).catch(() => undefined);
    throw new RunLogError('Could not write the file', file, 'Make room or check the permissions, then run it again; what was there before is unharmed.', error);
  }
}

/** The rename itself must reach the disk too; where folders cannot be flushed (Windows), the file system sees to it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
