/**
 * Ten thousand online steps of two models: a trainer that keeps a tensor, a buffer or a page a step would end a long study.
 * `node test/bench/soak.mjs [steps]`; exit code 1 when something grows.
 */
import { POLICY_SHAPES } from '../../src/core/experiment/policy';
import { startBackend } from '../../src/training/backend/start';
import { tf } from '../../src/training/backend/tensorflow';
import type { TransformerShape } from '../../src/training/policy/shape';
import { onlineTraining } from './engine/adapter';
import { model, randomRows } from './engine/fixture';
import { growth, type Sample } from './soak/growth';
import { JUDGE, STUDY } from './workloads';

const SHAPES: Readonly<Record<string, TransformerShape>> = { tiny: { ...STUDY, ...POLICY_SHAPES.tiny }, default: STUDY };
/** Samples a model, after the one at the beginning. */
const SAMPLES = 20;

const MEGABYTE = 2 ** 20;

/** The wasm backend's heap, which never shrinks; 0 on backends without one. */
function heapBytes(): number {
  const { wasm } = tf.backend() as unknown as { wasm?: { HEAPU8?: Uint8Array } };
  return wasm?.HEAPU8?.byteLength ?? 0;
}

function sample(step: number): Sample {
  // What is garbage is no leak.
  globalThis.gc?.();
  const { numTensors, numBytes } = tf.memory();
  return { step, tensors: numTensors, tensorBytes: numBytes, heapBytes: heapBytes(), residentBytes: process.memoryUsage.rss() };
}

async function soak(name: string, steps: number): Promise<string[]> {
  const shape = SHAPES[name] ?? STUDY;
  const judge = { ...JUDGE, ...(name === 'tiny' ? POLICY_SHAPES.tiny : {}), layers: 1 };
  const step = onlineTraining({ policy: model(shape, 'policy'), reference: model(shape, 'reference'), judge: model(judge, 'judge') }, randomRows(shape, 512, 'prompts'));
  const samples: Sample[] = [];
  const every = Math.max(1, Math.floor(steps / SAMPLES));
  for (let done = 1; done <= steps; done += 1) {
    await step();
    if (done !== 1 && done % every !== 0) continue;
    const now = sample(done);
    samples.push(now);
    console.log(`${name} ${String(done).padStart(6)}: ${now.tensors} tensors, ${now.tensorBytes} bytes in them, wasm heap ${(now.heapBytes / MEGABYTE).toFixed(1)} MiB, resident ${(now.residentBytes / MEGABYTE).toFixed(1)} MiB`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return growth(samples).map((what) => `${name}: ${what}`);
}

async function main(steps: number): Promise<void> {
  // Below that, memory that the engine takes once looks like growth.
  if (!(steps >= 1000)) throw new Error('The number of steps must be at least 1000.');
  const { name, kernels } = await startBackend('wasm');
  console.log(`${steps} online steps a model on ${name} (${kernels})`);
  const grown: string[] = [];
  for (const shape of Object.keys(SHAPES)) grown.push(...(await soak(shape, steps)));
  for (const what of grown) console.error(`Grows: ${what}`);
  if (grown.length === 0) console.log('Nothing grows.');
  process.exitCode = grown.length === 0 ? 0 : 1;
}

main(Number(process.argv[2] ?? 10_000)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
