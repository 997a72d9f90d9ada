/** One look at a run directory; `LiveRun` keeps looking. */
import path from 'node:path';
import type { RunEvent } from '../core/run/events';
import type { Run } from '../core/run/types';
import { eventLine } from './eventLine';
import { JsonlTail } from './jsonlTail';
import { LiveRun } from './liveRun';
import { METRICS_FILE } from './paths';

/** @throws RunLogError where it cannot be read; lines that cannot are warnings of the run */
export const readRun = (runDirectory: string): Promise<Run> => new LiveRun(runDirectory).refresh();

/** The valid events of a run, in the order of its file. @throws RunLogError */
export async function readEvents(runDirectory: string): Promise<readonly RunEvent[]> {
  return (await new JsonlTail(path.join(runDirectory, METRICS_FILE), eventLine).read()).values;
}
