/** What `doctor` reports: which backends work on this machine, and how fast. */
import { RandomStream } from '../../core/random';
import { languageModelLoss } from '../objectives/languageModel';
import { createAdam } from '../optimiser/adam';
import { gradientStep } from '../optimiser/gradientStep';
import { sequenceLogProbabilities } from '../policy/logProbabilities';
import type { TransformerShape } from '../policy/shape';
import { createWeights, disposeWeights } from '../policy/weights';
import type { TokenRows } from '../rows';
import { FIRST_FREE_TOKEN, rowLength } from '../rows';
import type { BackendName, Starters } from './start';
import { STARTERS, messageOf } from './start';

export interface BackendProbe {
  readonly name: BackendName;
  readonly available: boolean;
  /** Why it is not available. */
  readonly reason?: string;
  readonly kernels?: string;
  /** Wall milliseconds of one language-model step of `PROBE_SHAPE` on 64 rows; the quickest of three. */
  readonly stepMilliseconds?: number;
}

/** The default policy on the built-in task, as far as speed goes. */
export const PROBE_SHAPE: TransformerShape = { width: 32, layers: 2, heads: 2, feedForward: 64, vocabulary: 32, promptLength: 6, responseLength: 16 };
const PROBE_ROWS = 64;
const MEASURED_STEPS = 3;

/** In the order of their reports. */
export const PROBED: readonly BackendName[] = ['tensorflow', 'wasm', 'cpu'];

/** Leaves the last available backend started; call `startBackend` afterwards before training. */
export async function probeBackends(starters: Starters = STARTERS, names: readonly BackendName[] = PROBED): Promise<BackendProbe[]> {
  const probes: BackendProbe[] = [];
  for (const name of names) {
    try {
      const kernels = await starters[name]();
      probes.push({ name, available: true, kernels, stepMilliseconds: measureStep() });
    } catch (error) {
      probes.push({ name, available: false, reason: messageOf(error) });
    }
  }
  return probes;
}

function measureStep(): number {
  const random = RandomStream.of(1, 'probe');
  const weights = createWeights(PROBE_SHAPE, random);
  const adam = createAdam(weights);
  const free = PROBE_SHAPE.vocabulary - FIRST_FREE_TOKEN;
  const tokens = Int32Array.from({ length: PROBE_ROWS * rowLength(PROBE_SHAPE) }, () => FIRST_FREE_TOKEN + random.integer(free));
  const batch: TokenRows = { rows: PROBE_ROWS, promptLength: PROBE_SHAPE.promptLength, responseLength: PROBE_SHAPE.responseLength, tokens };
  let quickest = Infinity;
  // One more than is measured: the first step compiles.
  for (let step = 0; step <= MEASURED_STEPS; step += 1) {
    const start = performance.now();
    gradientStep(() => languageModelLoss(sequenceLogProbabilities(weights, PROBE_SHAPE, batch), batch), weights, adam, 1e-3);
    if (step > 0) quickest = Math.min(quickest, performance.now() - start);
  }
  disposeWeights(weights);
  return quickest;
}
