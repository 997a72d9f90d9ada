/** What our WebAssembly modules may be made of, and how their sources are kept: neither the type checker nor ESLint reads them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadKernels } from '../../../../src/training/backend/kernels';
import { messageOf } from '../../../../src/training/backend/start';

const root = path.resolve(import.meta.dirname, '../../../..');
const sources = path.join(root, 'src/training/backend/assembly');
const FILES = readdirSync(sources).filter((name) => name.endsWith('.ts'));

/** Section ids of the binary format: what a module brings along or has of its own. */
const FORBIDDEN = { 4: 'a table', 5: 'a memory', 8: 'a start function', 9: 'table entries', 11: 'constant data', 12: 'constant data' } as const;

/** Ids of the sections after the eight bytes of the head: each is an id, a LEB128 length and that many bytes. */
function sectionsOf(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at]!);
    let [length, shift, byte] = [0, 0, 0];
    do {
      byte = bytes[(at += 1)]!;
      length += (byte & 127) * 2 ** shift;
      shift += 7;
    } while (byte >= 128);
    at += 1 + length;
  }
  return ids;
}

describe.each(['kernels.wasm', 'kernels-relaxed.wasm'])('%s', (file) => {
  const bytes = readFileSync(path.join(root, 'dist', file));

  test('has no memory, data, table or start function: it lives on another program\'s heap', () => {
    const sections = sectionsOf(bytes);
    expect(sections).toContain(10); // code: the reading itself went well
    expect(sections.filter((id) => id in FORBIDDEN).map((id) => FORBIDDEN[id as keyof typeof FORBIDDEN])).toEqual([]);
  });

  test('has room in its budget', () => {
    expect(bytes.length).toBeLessThan(40 * 1024);
  });
});

test.for(['kernels.wasm', 'kernels-relaxed.wasm'])('%s imports nothing but the memory, and exports only functions', (file, context) => {
  const module = compiled(file);
  if (typeof module === 'string') {
    console.warn(`Skipped: ${module}`);
    return context.skip(module);
  }
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
  expect(WebAssembly.Module.exports(module).filter(({ kind }) => kind !== 'function')).toEqual([]);
});

/** @returns why not, where this engine lacks relaxed SIMD */
function compiled(file: string): WebAssembly.Module | string {
  loadKernels(path.join(root, 'dist'), new WebAssembly.Memory({ initial: 1 })); // switches relaxed SIMD on where it is behind a flag
  try {
    return new WebAssembly.Module(readFileSync(path.join(root, 'dist', file)));
  } catch (error) {
    if (file === 'kernels.wasm') throw error;
    return `this engine refuses ${file}: ${messageOf(error)}`;
  }
}

test('both builds offer what kernels.ts says, and nothing else', () => {
  const text = readFileSync(path.join(root, 'src/training/backend/kernels.ts'), 'utf8');
  const [, declared] = /export interface Kernels \{\n(.*?)\n\}/s.exec(text)!;
  const named = [...declared!.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name).sort();
  const module = new WebAssembly.Module(readFileSync(path.join(root, 'dist/kernels.wasm')));
  expect(named.length).toBeGreaterThan(20);
  expect(WebAssembly.Module.exports(module).map(({ name }) => name).sort()).toEqual(named);
});

describe.each(FILES)('assembly/%s', (name) => {
  const lines = readFileSync(path.join(sources, name), 'utf8').trimEnd().split('\n');

  test('begins by saying what it is for, and keeps to the size of a file', () => {
    expect(lines[0]).toMatch(/^(\/\/|\/\*\*) ?\S/);
    expect(lines.length).toBeLessThanOrEqual(400);
  });

  test('keeps its functions short', () => {
    const starts = lines.flatMap((line, at) => (/^(export )?function /.test(line) ? [at] : []));
    const long = starts.filter((at) => lines.indexOf('}', at) - at > 60);
    expect(long.map((at) => lines[at])).toEqual([]);
  });
});
