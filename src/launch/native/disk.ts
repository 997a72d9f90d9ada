/** Room and moves on the disk. */
import { rename, rm, statfs } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { EngineName } from '../../engines';
import type { Cause } from './errors';

const GB = 1e9;
/** While it is being put together, measured: onnxruntime-node unpacked; tfjs-node with wheel, library and headers. */
const NEEDED_BYTES: Readonly<Record<EngineName, number>> = { onnx: 0.4 * GB, tensorflow: 2 * GB };

export async function lackOfRoom(engine: EngineName, folder: string, free = freeBytes): Promise<Cause | undefined> {
  const [needed, there] = [NEEDED_BYTES[engine], await free(folder)];
  if (there >= needed) return undefined;
  return { cause: `it needs ${(needed / GB).toFixed(1)} GB of room, and ${folder} has ${(there / GB).toFixed(1)} GB`, next: 'Free some space, or install elsewhere with --folder DIR.' };
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Windows lets nobody rename or remove what a virus scanner is reading; that is over in a moment. */
export async function renameFolder(from: string, to: string): Promise<void> {
  const ATTEMPTS = 10;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rename(from, to);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (process.platform !== 'win32' || attempt === ATTEMPTS || !['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
      await wait(100 * attempt);
    }
  }
}

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
