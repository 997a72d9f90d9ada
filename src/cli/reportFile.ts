/** Gathers what a report shows, and writes it. */
import path from 'node:path';
import type { GapReport } from '../core/analysis';
import { reportHtml } from '../core/figures/report';
import { stageId } from '../core/experiment/stages';
import type { SampleRecord, StageEvent } from '../core/run/events';
import type { Run } from '../core/run/types';
import { VERSION } from '../launch';
import { experimentDirectoryOf, JsonlTail, readSamples, STAGES_FILE, writeFileAtomic } from '../runlog';

export interface ReportRequest {
  readonly runs: readonly Run[];
  readonly gap: GapReport;
  readonly out: string;
}

/** Completions to read in a report: enough for a feeling, not an archive. */
const SAMPLES_SHOWN = 8;

/** @returns the absolute path. @throws RunLogError when it cannot be written. */
export async function writeReport({ runs, gap, out }: ReportRequest): Promise<string> {
  const file = path.resolve(out);
  const title = [...new Set(runs.map((run) => run.experiment))].join(', ');
  const [stages, samples] = [await lastStages(runs), await lastSamples(runs)];
  await writeFileAtomic(file, reportHtml({ title, runs, gap, stages, samples, version: VERSION, generatedAt: new Date().toISOString() }));
  return file;
}

async function lastStages(runs: readonly Run[]): Promise<StageEvent[]> {
  const experiments = new Set(runs.map((run) => experimentDirectoryOf(run.path)));
  const found = await Promise.all(
    [...experiments].map(async (directory) => {
      const { values } = await new JsonlTail<StageEvent>(path.join(directory, STAGES_FILE)).read();
      return new Map(values.map((event) => [stageId(event), event]));
    }),
  );
  return found.flatMap((stages) => [...stages.values()]);
}

/** Of each run, some completions of its last checkpoint. */
async function lastSamples(runs: readonly Run[]): Promise<Map<string, readonly SampleRecord[]>> {
  const entries = runs.map(async (run): Promise<[string, readonly SampleRecord[]]> => {
    const step = run.checkpoints.at(-1)?.step;
    const samples = step === undefined ? [] : await readSamples(run.path, step);
    return [run.id, samples.slice(0, SAMPLES_SHOWN)];
  });
  return new Map(await Promise.all(entries));
}
