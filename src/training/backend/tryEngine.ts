/**
 * Tries one native engine in a process of its own: from where it comes, whether it loads and passes its self-test, and
 * how fast it is beside WebAssembly. Installing and `alignment-gap native` go by what this says, nothing else.
 */
import { createRequire } from 'node:module';
import { ENGINES, findEngine, type EngineName, type EngineTrial } from '../../engines';
import { probeBackends } from './probe';
import { STARTERS, messageOf } from './start';

const ROUNDS = 3;

type Place = Pick<EngineTrial, 'from' | 'folder'>;

export async function tryEngine(engine: EngineName): Promise<EngineTrial> {
  const known = { engine, version: ENGINES[engine].version };
  const place: Place | undefined = findEngine(engine) ?? inProgram(engine);
  if (place === undefined) return { ...known, works: false };
  try {
    return { ...known, ...place, works: true, ...(await measure(engine)) };
  } catch (error) {
    return { ...known, ...place, works: false, reason: messageOf(error) };
  }
}

function inProgram(engine: EngineName): Place | undefined {
  try {
    createRequire(__filename).resolve(`${ENGINES[engine].package}/package.json`);
    return { from: 'program' };
  } catch {
    // Nor there: it is not installed, which is no error.
    return undefined;
  }
}

/** Each start passes the backend's own self-test, by which training trusts it too. */
async function measure(engine: EngineName): Promise<Pick<EngineTrial, 'stepMilliseconds' | 'wasmStepMilliseconds'>> {
  const quickest = { own: Infinity, wasm: Infinity };
  // By turns, for what else the machine does meanwhile must not decide between the two.
  for (let round = 0; round < ROUNDS; round += 1) {
    // An engine and the backend that it serves have one name.
    const [own, wasm] = await probeBackends(STARTERS, [engine, 'wasm']);
    if (own?.available !== true) throw new Error(own?.reason ?? 'it was not tried');
    quickest.own = Math.min(quickest.own, own.stepMilliseconds ?? Infinity);
    quickest.wasm = Math.min(quickest.wasm, wasm?.stepMilliseconds ?? Infinity);
  }
  return { stepMilliseconds: quickest.own, ...(quickest.wasm < Infinity && { wasmStepMilliseconds: quickest.wasm }) };
}
