/** `samples.jsonl`: completions kept for reading. */
import path from 'node:path';
import type { SampleRecord } from '../core/run/events';
import { JsonlTail } from './jsonlTail';
import { SAMPLES_FILE } from './paths';

/** Of one checkpoint, or of all; after a resume the later of two equal (step, prompt) counts. @throws RunLogError */
export async function readSamples(runDirectory: string, step?: number): Promise<SampleRecord[]> {
  const { values } = await new JsonlTail<SampleRecord>(path.join(runDirectory, SAMPLES_FILE), sampleLine).read();
  const latest = new Map(values.map((record) => [`${record.step} ${record.prompt}`, record]));
  return [...latest.values()].filter((record) => step === undefined || record.step === step);
}

function sampleLine(parsed: unknown): { value?: SampleRecord; problems: string[] } {
  const { step, prompt, completion } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Partial<SampleRecord>;
  const valid = typeof step === 'number' && typeof prompt === 'string' && typeof completion === 'string';
  return valid ? { value: parsed as SampleRecord, problems: [] } : { problems: ['not a sample'] };
}
