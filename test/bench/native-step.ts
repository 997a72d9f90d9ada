/** Training steps by ONNX Runtime against those of our WebAssembly backend, on this machine: processor milliseconds of one run. */
import { RandomStream } from '../../src/core/random';
import { startBackend } from '../../src/training/backend/start';
import { languageModelProgram } from '../../src/training/objectives/languageModel';
import { onnxTrainers } from '../../src/training/onnx/trainer';
import { loadRuntime, runtimeVersion } from '../../src/training/onnx/runtime';
import { createEagerTrainer } from '../../src/training/optimiser/eager';
import type { Feeds, LossProgram } from '../../src/training/optimiser/program';
import type { Trainer, TrainerFactory } from '../../src/training/optimiser/trainer';
import { responseFeeds } from '../../src/training/policy/logProbabilities';
import type { TransformerShape } from '../../src/training/policy/shape';
import { createWeights } from '../../src/training/policy/weights';
import type { TokenRows } from '../../src/training/rows';
import { FIRST_FREE_TOKEN, SEPARATOR, rowLength } from '../../src/training/rows';
import { policyProgram } from '../../src/training/run/update';

const ROWS = 64;
const STEPS = Number(process.argv[2] ?? 30);

interface Measured {
  readonly what: string;
  readonly shape: TransformerShape;
  readonly program: (shape: TransformerShape) => LossProgram;
}

/** What PyTorch is measured on beside us: 32 positions a row, all of them predicted, or 24 after a prompt of 8. */
const GPT2: TransformerShape = { width: 64, layers: 2, heads: 4, feedForward: 256, vocabulary: 64, promptLength: 0, responseLength: 32, block: 'gpt2' };
const PROMPTED: TransformerShape = { ...GPT2, promptLength: 8, responseLength: 24 };
/** The default policy on the built-in task. */
const DEFAULT: TransformerShape = { width: 32, layers: 2, heads: 2, feedForward: 64, vocabulary: 32, promptLength: 6, responseLength: 16 };

const languageModel = (shape: TransformerShape): LossProgram => languageModelProgram(shape, 'token');
/** With the reference policy's forward pass. */
const ipo = (shape: TransformerShape): LossProgram =>
  policyProgram({ shape, objective: 'ipo', beta: 0.1, reference: createWeights(shape, RandomStream.of(2, 'weights')) });

const MEASURED: readonly Measured[] = [
  { what: 'language model, GPT-2 64×2, 64×32', shape: GPT2, program: languageModel },
  { what: 'IPO + reference, GPT-2 64×2, 64×32', shape: PROMPTED, program: ipo },
  { what: 'language model, default 32×2, 64×22', shape: DEFAULT, program: languageModel },
  { what: 'IPO + reference, default 32×2, 64×22', shape: DEFAULT, program: ipo },
];

function feeds(shape: TransformerShape): Feeds {
  const random = RandomStream.of(1, 'rows');
  const length = rowLength(shape);
  const token = (i: number): number => (i % length === shape.promptLength ? SEPARATOR : FIRST_FREE_TOKEN + random.integer(shape.vocabulary - FIRST_FREE_TOKEN));
  const rows: TokenRows = { rows: ROWS, promptLength: shape.promptLength, responseLength: shape.responseLength, tokens: Int32Array.from({ length: ROWS * length }, (_, i) => token(i)) };
  return responseFeeds(shape, rows);
}

interface Cost {
  /** Processor milliseconds a step, user and system. */
  readonly step: number;
  /** Wall milliseconds of the first step. */
  readonly first: number;
  readonly losses: readonly number[];
}

async function cost({ shape, program }: Measured, create: TrainerFactory): Promise<Cost> {
  const trainer: Trainer = create({ program: program(shape), weights: createWeights(shape, RandomStream.of(1, 'weights')) });
  const batch = feeds(shape);
  const losses: number[] = [];
  const step = async (): Promise<void> => void losses.push((await trainer.step(batch, 3e-3)).loss);
  const began = performance.now();
  await step();
  const first = performance.now() - began;
  await step();
  const before = process.cpuUsage();
  for (let i = 0; i < STEPS; i += 1) await step();
  const { user, system } = process.cpuUsage(before);
  await trainer.dispose();
  return { step: (user + system) / 1000 / STEPS, first, losses };
}

async function main(): Promise<void> {
  const { kernels } = await startBackend('wasm');
  const runtime = loadRuntime();
  console.log(`ONNX Runtime ${runtimeVersion(runtime)} against wasm (${kernels}), ${STEPS} steps, processor milliseconds a step`);
  console.log('step'.padEnd(40), 'wasm'.padStart(8), 'onnx'.padStart(8), 'ratio'.padStart(8), 'first ms'.padStart(9), 'loss after'.padStart(11));
  for (const measured of MEASURED) {
    const onnx = await cost(measured, onnxTrainers(runtime));
    const wasm = process.argv[3] === 'onnx' ? onnx : await cost(measured, createEagerTrainer);
    const difference = Math.max(...onnx.losses.map((loss, i) => Math.abs(loss - (wasm.losses[i] ?? 0)) / Math.max(1, Math.abs(loss))));
    if (!(difference < 1e-2)) throw new Error(`The two train differently: losses ${onnx.losses.join()} and ${wasm.losses.join()}.`);
    const numbers = [wasm.step.toFixed(1).padStart(8), onnx.step.toFixed(1).padStart(8), `${(wasm.step / onnx.step).toFixed(1)}×`.padStart(8), onnx.first.toFixed(0).padStart(9)];
    console.log(measured.what.padEnd(40), ...numbers, (onnx.losses.at(-1) ?? 0).toFixed(4).padStart(11));
  }
  console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : error);
  process.exit(1);
});
