/** What `doctor` reports: which backends work on this machine, and how fast. */
import { BACKENDS, type BackendName } from '../../core/experiment/config';
import { RandomStream } from '../../core/random';
import { languageModelProgram } from '../objectives/languageModel';
import { createTrainer } from '../optimiser/trainer';
import { responseFeeds } from '../policy/logProbabilities';
import type { TransformerShape } from '../policy/shape';
import { createWeights, disposeWeights } from '../policy/weights';
import type { TokenRows } from '../rows';
import { FIRST_FREE_TOKEN, rowLength } from '../rows';
import type { Starters } from './start';
import { STARTERS, messageOf, startNamed } from './start';

export interface BackendProbe {
  readonly name: BackendName;
  readonly available: boolean;
  /** Why it is not available. */
  readonly reason?: string;
  readonly kernels?: string;
  /** Wall milliseconds of one language-model step of `PROBE_SHAPE` on 64 rows; the quickest of three. */
  readonly stepMilliseconds?: number;
}

/** The default policy on a built-in task, as far as speed goes. */
const PROBE_SHAPE: TransformerShape = { width: 32, layers: 2, heads: 2, feedForward: 64, vocabulary: 32, promptLength: 6, responseLength: 16 };
const PROBE_ROWS = 64;
const MEASURED_STEPS = 3;

/** Leaves the last available backend started; call `startBackend` afterwards before training. */
export async function probeBackends(starters: Starters = STARTERS, names: readonly BackendName[] = BACKENDS): Promise<BackendProbe[]> {
  const probes: BackendProbe[] = [];
  for (const name of names) {
    try {
      const kernels = await startNamed(name, starters);
      probes.push({ name, available: true, kernels, stepMilliseconds: await measureStep() });
    } catch (error) {
      probes.push({ name, available: false, reason: messageOf(error) });
    }
  }
  return probes;
}

async function measureStep(): Promise<number> {
  const random = RandomStream.of(1, 'probe');
  const weights = createWeights(PROBE_SHAPE, random);
  const trainer = createTrainer({ program: languageModelProgram(PROBE_SHAPE, 'token'), weights });
  const free = PROBE_SHAPE.vocabulary - FIRST_FREE_TOKEN;
  const tokens = Int32Array.from({ length: PROBE_ROWS * rowLength(PROBE_SHAPE) }, () => FIRST_FREE_TOKEN + random.integer(free));
  const batch: TokenRows = { rows: PROBE_ROWS, promptLength: PROBE_SHAPE.promptLength, responseLength: PROBE_SHAPE.responseLength, tokens };
  let quickest = Infinity;
  // One more than is measured: the first step compiles.
  for (let step = 0; step <= MEASURED_STEPS; step += 1) {
    const start = performance.now();
    await trainer.step(responseFeeds(PROBE_SHAPE, batch), 1e-3);
    if (step > 0) quickest = Math.min(quickest, performance.now() - start);
  }
  await trainer.dispose();
  disposeWeights(weights);
  return quickest;
}
