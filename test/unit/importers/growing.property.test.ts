/** What holds for every format that is read while it is written: however the bytes arrive, the runs are those of the whole file. */
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/core/run/types';
import { follow, importLog } from '../../../src/importers';
import { temporaryFolder } from '../runlog/support';
import { writtenPoints, WRITTEN_FORMATS, type WrittenFormat, type WrittenPoint } from './support/writtenLogs';

const RUNS = { numRuns: 25 };
const named = WRITTEN_FORMATS.map((format) => [format.name, format] as const);

/** Shares of the file at which it is looked at: between any two bytes, within a character or a checksum too. */
const share = fc.nat(9999).map((of) => of / 10_000);
const cuts = fc.array(share, { minLength: 1, maxLength: 4 });
const pieces = (bytes: Buffer, at: readonly number[]): Buffer[] => {
  const ends = [...at.map((until) => Math.floor(until * bytes.length)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
};

const readAll = (file: string, { source }: WrittenFormat): Promise<readonly Run[]> => importLog(file, { source }).catch(() => []);
const DAMAGE = /^(unfinished|unfinished-record|damaged|damaged-record|log-line)$/;
const damageOf = (runs: readonly Run[]): string[] => [...new Set(runs.flatMap(({ warnings }) => warnings.filter(({ code }) => DAMAGE.test(code)).map(({ code, at }) => `${code} ${at}`)))];

/** A state is one document, and a console prints more than its rows. */
const isOneRecordAPoint = ({ source, name }: WrittenFormat): boolean => source !== 'trl' && !name.includes('console');

interface Torn {
  readonly log: string;
  readonly format: WrittenFormat;
  readonly points: readonly WrittenPoint[];
  /** Points whose records are there to their ends. */
  readonly whole: number;
  readonly isTorn: boolean;
}

/** Between two records nothing is damaged; within one that is told, unless all but its line end is there. */
async function expectTold(damage: readonly string[], { log, format, points, whole, isTorn }: Torn): Promise<void> {
  if (damage.length === 1 && isTorn) return;
  const runs = await readAll(log, format);
  expect(damage).toEqual([]);
  writeFileSync(log, format.write(points.slice(0, isTorn ? whole + 1 : whole)));
  expect(runs.map(({ checkpoints }) => checkpoints)).toEqual((await readAll(log, format)).map(({ checkpoints }) => checkpoints));
}

describe.each(named)('%s', (_name, format) => {
  const file = (): string => path.join(temporaryFolder(), format.file);

  it('comes back as it was written, every number of it', async () => {
    const log = file();
    await fc.assert(fc.asyncProperty(writtenPoints(1), async (points) => {
      writeFileSync(log, format.write(points));
      const read = (await readAll(log, format)).flatMap(({ checkpoints }) => checkpoints);
      expect(read).toHaveLength(points.length);
      for (const [i, point] of points.entries()) {
        const step = format.name.includes('without steps') ? i : point.step;
        expect(read.find((checkpoint) => checkpoint.step === step)?.raw).toMatchObject(format.raw(point));
      }
    }), RUNS);
  });

  it('arriving in pieces, cut anywhere, makes the runs that it makes as a whole', async () => {
    const log = file();
    await fc.assert(fc.asyncProperty(writtenPoints(), cuts, async (points, at) => {
      writeFileSync(log, '');
      const follower = follow(log, { source: format.source });
      for (const piece of pieces(format.write(points), at)) {
        appendFileSync(log, piece);
        await follower.refresh();
        // A state is written anew each time: while it is torn the last good reading stands.
        if (format.source !== 'trl') expect(follower.runs).toEqual(await readAll(log, format));
      }
      expect(follower.runs).toEqual(await readAll(log, format));
      expect(await follower.refresh()).toEqual([]);
    }), RUNS);
  });

  it('cut off at any byte, keeps what came before, and says where it ends, once', async () => {
    const log = file();
    await fc.assert(fc.asyncProperty(writtenPoints(1), share, async (points, until) => {
      const bytes = format.write(points);
      writeFileSync(log, bytes);
      const whole = await readAll(log, format);
      const cut = Math.floor(until * bytes.length);
      writeFileSync(log, bytes.subarray(0, cut));
      const torn = await readAll(log, format);
      for (const { id, checkpoints } of torn) {
        const all = whole.find((run) => run.id === id)?.checkpoints ?? [];
        // A heading alone is a row, until a row with a step follows.
        if (checkpoints.length === 1 && Object.hasOwn(checkpoints[0]!.raw, 'config/lr')) continue;
        expect(checkpoints.slice(0, -1)).toEqual(all.slice(0, Math.max(0, checkpoints.length - 1)));
        if (checkpoints.length > 0) expect(all[checkpoints.length - 1]?.raw).toMatchObject(checkpoints.at(-1)!.raw);
      }
      const damage = damageOf(torn);
      expect(damage.length, damage.join()).toBeLessThanOrEqual(1);
      const lengths = points.map((_, i) => format.write(points.slice(0, i)).length);
      const wholePoints = lengths.filter((length) => length <= cut).length - 1;
      if (isOneRecordAPoint(format) && wholePoints >= 0) await expectTold(damage, { log, format, points, whole: wholePoints, isTorn: lengths[wholePoints]! < cut });
    }), RUNS);
  });

  it('replaced by another or written anew, is read from its beginning', async () => {
    const log = file();
    await fc.assert(fc.asyncProperty(writtenPoints(1), writtenPoints(1), fc.boolean(), async (first, second, isRenamed) => {
      // Written over in place, a file is known to be another by its first bytes or by being shorter.
      fc.pre(isRenamed || second.length < first.length);
      writeFileSync(log, format.write(first));
      const follower = follow(log, { source: format.source });
      await follower.refresh();
      writeFileSync(isRenamed ? `${log}.new` : log, format.write(isRenamed ? second : first.slice(0, second.length)));
      if (isRenamed) renameSync(`${log}.new`, log);
      await follower.refresh();
      expect(follower.runs).toEqual(await readAll(log, format));
    }), RUNS);
  });
});
