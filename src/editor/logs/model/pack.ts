/**
 * A run on its way from the reading thread: all numbers in one buffer that changes hands, so that the host pays for making
 * the checkpoints only. What a log calls its numbers (`raw`) stays behind: no view shows it.
 */
import type { EncodedRun } from '../../../core/protocol/data';
import { encodeRun } from '../../../core/protocol/encode';
import { decodeRun } from '../../../core/protocol/decode';
import { packColumns } from '../../../core/protocol/pack';
import type { Checkpoint, PromptOutcomes, Run } from '../../../core/run/types';

export interface PackedRun {
  readonly encoded: EncodedRun;
  readonly config: Run['config'];
  readonly environment: Run['environment'];
  /** Of those checkpoints that were measured afterwards, prompt by prompt; by their place. */
  readonly outcomes: readonly (readonly [number, PromptOutcomes])[];
}

export function packRun(run: Run): PackedRun {
  const { config, environment, checkpoints } = run;
  const outcomes = checkpoints.flatMap(({ outcomes: measured }, at) => (measured === undefined ? [] : [[at, measured] as const]));
  return packColumns({ encoded: encodeRun(run, ''), config, environment, outcomes });
}

/** What may change hands instead of being copied. */
export const buffersOf = ({ encoded: { steps } }: PackedRun): ArrayBuffer[] => [steps.buffer as ArrayBuffer];

const NO_RAW: Checkpoint['raw'] = {};

export function unpackRun({ encoded, config, environment, outcomes }: PackedRun): Run {
  const { checkpoints, ...decoded } = decodeRun(encoded);
  const head: Omit<typeof decoded, 'group' | 'origin'> & Partial<Pick<typeof decoded, 'group' | 'origin'>> = decoded;
  // The host makes both itself when it writes to a page.
  delete head.group;
  delete head.origin;
  const measured = new Map(outcomes);
  return {
    ...head, config, environment,
    checkpoints: checkpoints.map((checkpoint, at) => {
      const prompts = measured.get(at);
      return { ...checkpoint, raw: NO_RAW, ...(prompts === undefined ? {} : { outcomes: prompts }) };
    }),
  };
}
