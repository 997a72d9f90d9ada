import { appendFileSync, chmodSync, copyFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonlTail } from '../../../src/runlog';
import { LineSplitter } from '../../../src/runlog/lineSplitter';
import { temporaryFolder } from './support';

const lines = (...values: object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const logFile = (): string => path.join(temporaryFolder(), 'log.jsonl');

describe('JsonlTail', () => {
  it('has no lines while the file is not there, and reads it when it comes', async () => {
    const file = logFile();
    const tail = new JsonlTail(file);
    expect(await tail.read()).toEqual({ values: [], problems: [], restarted: false });
    writeFileSync(file, lines({ a: 1 }));
    expect(await tail.read()).toEqual({ values: [{ a: 1 }], problems: [], restarted: false });
    appendFileSync(file, lines({ a: 2 }));
    expect((await tail.read()).values).toEqual([{ a: 2 }]);
    expect((await tail.read()).values).toEqual([]);
  });

  it('takes a torn last line only once it is complete, even torn within a character', async () => {
    const file = logFile();
    const bytes = Buffer.from(lines({ text: 'naïve π ✓ 🙂' }));
    const tail = new JsonlTail(file);
    for (const byte of bytes.subarray(0, -1)) {
      appendFileSync(file, Buffer.of(byte));
      expect(await tail.read()).toEqual({ values: [], problems: [], restarted: false });
    }
    appendFileSync(file, '\n');
    expect((await tail.read()).values).toEqual([{ text: 'naïve π ✓ 🙂' }]);
  });

  it.each([
    ['truncated to nothing', (file: string) => { truncateSync(file, 0); }, []],
    ['truncated and written anew, longer than before', (file: string) => { writeFileSync(file, lines({ b: 1 }, { b: 2 }, { b: 3 })); }, [{ b: 1 }, { b: 2 }, { b: 3 }]],
    ['replaced by a longer file with the same beginning', (file: string) => {
      copyFileSync(file, `${file}.new`);
      appendFileSync(`${file}.new`, lines({ a: 3 }));
      renameSync(`${file}.new`, file);
    }, [{ a: 1 }, { a: 2 }, { a: 3 }]],
    ['removed', (file: string) => { rmSync(file); }, []],
  ])('begins anew when the file is %s', async (_, change, expected) => {
    const file = logFile();
    writeFileSync(file, lines({ a: 1 }, { a: 2 }));
    const tail = new JsonlTail(file);
    await tail.read();
    change(file);
    expect(await tail.read()).toEqual({ values: expected, problems: [], restarted: true });
    expect((await tail.read()).restarted).toBe(false);
  });

  it('names the line of what it cannot use, and reads on', async () => {
    const file = logFile();
    writeFileSync(file, `\ufeff{"a":1}\r\n\n{"a":\n[1]\n\u0000\u0001\n{"a":2}\n`);
    const { values, problems } = await new JsonlTail(file).read();
    expect(values).toEqual([{ a: 1 }, { a: 2 }]);
    expect(problems.map(({ line }) => line)).toEqual([3, 4, 5]);
    expect(problems[0]?.message).toBe('not valid JSON: {"a":');
  });

  it('reads more than one chunk', async () => {
    const file = logFile();
    const values = Array.from({ length: 3000 }, (_, i) => ({ i, pad: 'x'.repeat(300) }));
    writeFileSync(file, lines(...values));
    expect((await new JsonlTail(file).read()).values).toEqual(values);
  });

  it('passes over a line that would fill the memory', () => {
    const splitter = new LineSplitter(10);
    const found = [...splitter.push(Buffer.from('12345678')), ...splitter.push(Buffer.from('90ab')), ...splitter.push(Buffer.from('c\nshort\n'))];
    expect(found).toEqual([{ number: 1, text: undefined }, { number: 2, text: 'short' }]);
  });

  it('says which file cannot be read', async (ctx) => {
    const file = logFile();
    mkdirSync(file);
    await expect(new JsonlTail(file).read()).rejects.toThrow(/Could not read the log: it is a directory \(.*log\.jsonl\)/);
    if (process.getuid?.() === 0) {
      console.warn('Permissions are not checked: root may read everything.');
      ctx.skip('root may read everything');
    }
    const secret = logFile();
    writeFileSync(secret, '');
    chmodSync(secret, 0);
    await expect(new JsonlTail(secret).read()).rejects.toThrow(/permission is denied/);
  });

  it('yields the same as one whole reading, however the bytes arrive', async () => {
    const value = fc.dictionary(fc.string({ maxLength: 5, unit: 'grapheme' }), fc.oneof(fc.integer(), fc.string({ unit: 'binary', maxLength: 20 })), { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 12 }), fc.array(fc.nat(40), { minLength: 1, maxLength: 30 }), async (values, cuts) => {
        const file = logFile();
        const bytes = Buffer.from(lines(...values));
        writeFileSync(file, '');
        const tail = new JsonlTail(file);
        const seen: unknown[] = [];
        let at = 0;
        for (let i = 0; at < bytes.length; i += 1) {
          const length = 1 + (cuts[i % cuts.length] ?? 0);
          appendFileSync(file, bytes.subarray(at, at + length));
          at += length;
          const read = await tail.read();
          expect(read.restarted).toBe(false);
          expect(read.problems).toEqual([]);
          seen.push(...read.values);
        }
        expect(JSON.stringify(seen)).toBe(JSON.stringify(values));
      }),
      { numRuns: 60 },
    );
  });
});
