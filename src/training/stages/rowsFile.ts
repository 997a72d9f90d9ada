/** Token rows and float columns on disk: raw little-endian arrays beside a small JSON head. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PreferencePairs, RowShape, TokenRows } from '../rows';

interface RowsHead extends RowShape {
  readonly rows: number;
}

export function writeRows(folder: string, name: string, batch: TokenRows): void {
  const { rows, promptLength, responseLength, tokens } = batch;
  writeFileSync(path.join(folder, `${name}.i32`), bytesOf(tokens));
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify({ rows, promptLength, responseLength } satisfies RowsHead));
}

export function readRows(folder: string, name: string): TokenRows {
  const head = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as RowsHead;
  return { ...head, tokens: new Int32Array(alignedBuffer(path.join(folder, `${name}.i32`))) };
}

export function writePairs(folder: string, name: string, pairs: PreferencePairs): void {
  writeRows(folder, `${name}-chosen`, pairs.chosen);
  writeRows(folder, `${name}-rejected`, pairs.rejected);
}

export const readPairs = (folder: string, name: string): PreferencePairs => ({
  chosen: readRows(folder, `${name}-chosen`),
  rejected: readRows(folder, `${name}-rejected`),
});

export function writeScores(folder: string, name: string, scores: Float64Array): void {
  writeFileSync(path.join(folder, `${name}.f64`), bytesOf(scores));
}

export const readScores = (folder: string, name: string): Float64Array => new Float64Array(alignedBuffer(path.join(folder, `${name}.f64`)));

const bytesOf = (array: Int32Array | Float64Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** A small file's Buffer lies anywhere in Node's pool: typed arrays need it aligned. */
function alignedBuffer(file: string): ArrayBuffer {
  const bytes = readFileSync(file);
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  return copy;
}
