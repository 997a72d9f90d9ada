/** Tries an engine out in a training process of its own: a library that crashes takes nobody along. */
import { ENGINES, HOME_VARIABLE, type EngineName, type EngineTrial } from '../../engines';
import { describeEnd } from '../child';
import { causeIn } from './causes';
import { runTool } from './command';
import type { Cause } from './errors';

export interface TrialRequest {
  readonly engine: EngineName;
  readonly trainerPath: string;
  /** Another home of native engines than the user's. */
  readonly home?: string;
  /** Tries what lies in this folder, whatever else is installed. */
  readonly folder?: string;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

const PATIENCE_MS = 120_000;

/** Never throws for an engine that fails: the answer says why. */
export async function tryEngine({ engine, trainerPath, home, folder, onLine = () => undefined, signal }: TrialRequest): Promise<EngineTrial> {
  const env = {
    ...process.env,
    ELECTRON_RUN_AS_NODE: '1',
    ...(home === undefined ? {} : { [HOME_VARIABLE]: home }),
    ...(folder === undefined ? {} : { [ENGINES[engine].variable]: folder }),
  };
  const late = AbortSignal.timeout(PATIENCE_MS);
  const stop = signal === undefined ? late : AbortSignal.any([signal, late]);
  const end = await runTool({ program: process.execPath, args: [trainerPath, 'try', engine], cwd: process.cwd(), env }, onLine, stop);
  const answer = end.lines.findLast((line) => line.startsWith('{"engine":'));
  if (end.code === 0 && answer !== undefined) return JSON.parse(answer) as EngineTrial;
  const how = late.aborted ? `gave no answer within ${PATIENCE_MS / 1000} s` : describeEnd(end);
  const said = end.lines.at(-1);
  return { engine, version: ENGINES[engine].version, works: false, ...(folder === undefined ? {} : { folder }), reason: `the process that tried it ${how}${said === undefined ? '' : `: ${said}`}` };
}

/** Why a trial failed, as far as its words show it. */
export function causeOfTrial({ reason = 'no reason given' }: EngineTrial): Cause {
  return causeIn('loading', reason, { cause: reason, next: 'Read the log, and keep to WebAssembly meanwhile: it needs no installation.' });
}
