/** Questions about files that several importers ask: how one begins, whether it changed, when it was written last. */
import { open, stat } from 'node:fs/promises';
import type { ByteReadOptions } from '../runlog';
import type { ReadOptions } from './contract';

/** At most `most` bytes, in a buffer of their own. @throws the system's error. Whoever may meet a pipe asks `stat` first. */
export async function beginningOf(file: string, most: number): Promise<Buffer<ArrayBuffer>> {
  const handle = await open(file, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Tells one state of some files or folders from the next. */
export async function versionOf(files: readonly string[]): Promise<string> {
  const states = await Promise.all(files.map((file) => stat(file, { bigint: true }).then(({ ino, size, mtimeNs }) => `${ino}/${size}/${mtimeNs}`, () => '-')));
  return states.join(' ');
}

/** Milliseconds since the epoch, of the file written last; undefined where all have vanished meanwhile. */
export async function lastWritten(files: readonly string[]): Promise<number | undefined> {
  const times = await Promise.all(files.map((file) => stat(file).then(({ mtimeMs }) => mtimeMs, () => -Infinity)));
  const last = Math.max(...times);
  return Number.isFinite(last) ? last : undefined;
}

/** The options of a reading for one of its files: progress is told under the file's name. */
export const ofFile = (file: string, { signal, onProgress }: ReadOptions): ByteReadOptions => ({
  ...(signal === undefined ? {} : { signal }),
  ...(onProgress === undefined ? {} : { onProgress: (bytesRead, bytesTotal) => onProgress({ path: file, bytesRead, bytesTotal }) }),
});
