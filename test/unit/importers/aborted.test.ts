/** A reading that is stopped between two chunks is none: the next begins anew, and comes to what it would have come to. */
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { follow, importLog } from '../../../src/importers';
import { temporaryFolder } from '../runlog/support';
import { eventFile, scalars } from './support/eventWriter';
import { writeFileStore } from './support/mlflowWriter';
import { WRITTEN_FORMATS, type WrittenFormat } from './support/writtenLogs';

/** As CSV some 600 KB, of which a chunk takes 256 KiB; as a state 1.3 MB, of which one takes 1 MiB. */
const POINTS = Array.from({ length: 5000 }, (_, i) => ({ step: i + 1, loss: i / 8, accuracy: 0.5, note: `é${'-'.repeat(160)}`, isEvaluation: i % 50 === 0 }));

/** Stops while the first file is being read. */
function stopping(): { signal: AbortSignal; onProgress: () => void } {
  const abort = new AbortController();
  return { signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) };
}

const GROWING = WRITTEN_FORMATS.filter(({ name }) => !name.includes('CRLF') && !name.includes('without steps'));

describe.each(GROWING.map((format) => [format.name, format] as const))('%s', (_name, format: WrittenFormat) => {
  it.each([['at its first reading', 0], ['while it grows', 2000]])('stopped %s', async (_, before) => {
    const log = path.join(temporaryFolder(), format.file);
    const [bytes, start] = [format.write(POINTS), format.write(POINTS.slice(0, before)).length];
    // A state is one document: its beginning is none.
    writeFileSync(log, format.source === 'trl' ? format.write(POINTS.slice(0, before)) : bytes.subarray(0, start));
    const follower = follow(log, { source: format.source });
    if (before > 0) await follower.refresh();
    if (format.source === 'trl') writeFileSync(log, bytes);
    else appendFileSync(log, bytes.subarray(start));
    await expect(follower.refresh(stopping())).rejects.toThrow('enough');
    await follower.refresh();
    expect(follower.runs).toEqual(await importLog(log, { source: format.source }));
  });
});

describe('logs of several files', () => {
  it('of TensorBoard, stopped at the second file: what was new in the first is told afterwards', async () => {
    const root = temporaryFolder();
    const [first, second] = ['events.out.tfevents.1700000000.h', 'events.out.tfevents.1700000100.h'].map((name) => path.join(root, name)) as [string, string];
    const all = eventFile(scalars('loss', [[1, 1], [2, 2]]));
    const start = eventFile(scalars('loss', [[1, 1]])).length;
    writeFileSync(first, all.subarray(0, start));
    writeFileSync(second, eventFile(scalars('eval/loss', [[1, 5]])));
    const follower = follow(root);
    await follower.refresh();
    appendFileSync(first, all.subarray(start));
    await expect(follower.refresh(stopping())).rejects.toThrow('enough');
    await follower.refresh();
    expect(follower.runs).toEqual(await importLog(root));
  });

  it('of MLflow, stopped within a metric', async () => {
    const root = temporaryFolder();
    writeFileStore(root, 'study', [{ id: 'a1', metrics: { a: [[1_700_000_000_000, 1, 1]], loss: POINTS.concat(POINTS).map(({ step, loss }, i) => [1_700_000_000_000 + i, loss, step]) } }]);
    const follower = follow(root);
    await expect(follower.refresh(stopping())).rejects.toThrow('enough');
    await follower.refresh();
    expect(follower.runs).toEqual(await importLog(root));
  });
});
