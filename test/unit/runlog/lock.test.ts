import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { processIdentity } from '../../../src/runlog';
import { takeLock, type LockAttempt } from '../../../src/runlog/lock';
import { temporaryFolder } from './support';

const place = (): string => path.join(temporaryFolder(), 'lock');
const taken = (attempts: readonly LockAttempt[]) => attempts.flatMap((attempt) => ('release' in attempt ? [attempt.release] : []));

describe('a lock', () => {
  it('is taken by one, says who that is, and can be taken again when it was given back', async () => {
    const file = place();
    for (let round = 0; round < 3; round += 1) {
      const attempts = await Promise.all(Array.from({ length: 4 }, () => takeLock(file)));
      expect(taken(attempts)).toHaveLength(1);
      expect(await takeLock(file)).toEqual({ owner: processIdentity() });
      await taken(attempts)[0]?.();
    }
  });

  it.each<[string, string, number]>([
    ['a living process, however long it has been at it', JSON.stringify(processIdentity()), 3_600_000],
    ['a process of another machine, heard of a minute ago', JSON.stringify({ pid: 1, host: 'elsewhere' }), 60_000],
    ['somebody who is about to write a name', '', 1000],
  ])('of %s is not taken over', async (_, owner, age) => {
    const file = place();
    writeFileSync(file, owner);
    utimesSync(file, new Date(), new Date(Date.now() - age));
    expect(await takeLock(file)).toEqual({ owner: owner === '' ? undefined : JSON.parse(owner) });
  });

  it.each<[string, string]>([
    ['a process that is gone', JSON.stringify({ ...processIdentity(), startTicks: '1' })],
    ['a process of another machine, not heard of for long', JSON.stringify({ pid: 1, host: 'elsewhere' })],
    ['nobody that can be read', '{'],
  ])('of %s is taken over, by one alone', async (_, owner) => {
    const file = place();
    // Often, for what may go wrong goes wrong rarely.
    for (let round = 0; round < 40; round += 1) {
      writeFileSync(file, owner);
      utimesSync(file, 0, 0);
      const attempts = await Promise.all(Array.from({ length: 8 }, () => takeLock(file)));
      expect(taken(attempts)).toHaveLength(1);
      await taken(attempts)[0]?.();
      expect(readdirSync(path.dirname(file))).toEqual([]);
    }
  });

  it('in a folder that is not there fails aloud', async () => {
    await expect(takeLock(path.join(temporaryFolder(), 'none', 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
