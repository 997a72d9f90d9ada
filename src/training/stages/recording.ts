/**
 * A recorded online run: the pairs of each step as token rows, what its policy gave them when it sampled them, and its policy at
 * some steps (App. F). Trained as the online arm is, without evaluations: a replay in its order is the same run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { recordedRun } from '../../core/experiment/stages';
import type { TransformerShape } from '../policy/shape';
import type { TransformerWeights } from '../policy/weights';
import { batchSource, lossOf, policyTrainer, recordedConfig } from '../run/arm';
import { updatePolicy } from '../run/update';
import { rowLength, type RowShape, type TokenRows } from '../rows';
import { logProbabilitiesOf } from '../sources/batch';
import type { RecordedStream } from '../sources/replay';
import type { Facts, OnFraction, Pipeline } from './pipeline';
import { readScores, writeScores } from './rowsFile';
import { round } from './sft';
import { readWeights, writeWeights } from './weightsFile';

interface StreamHead extends RowShape {
  readonly steps: number;
  readonly batchSize: number;
  /** Of one token. */
  readonly bytes: 1 | 2;
}

const SIDES = ['chosen', 'rejected'] as const;

export async function computeRecording(pipeline: Pipeline, folder: string, onFraction: OnFraction): Promise<Facts> {
  const recorded = recordedRun(pipeline.config);
  if (!recorded) throw new Error('this run learns from no recorded run');
  const { shape } = pipeline;
  const config = recordedConfig(pipeline.config, recorded);
  const reference = await pipeline.reference();
  const trainer = policyTrainer(pipeline, config, reference);
  const source = await batchSource(pipeline, config, reference);
  const stream = new StreamWriter({ ...shape, steps: recorded.steps, batchSize: config.batchSize, bytes: shape.vocabulary > 256 ? 2 : 1 });
  for (let step = 0; step < recorded.steps; step += 1) {
    const batch = source.batch(step, trainer.weights);
    const generator = logProbabilitiesOf(trainer.weights, shape, batch.pairs);
    for (const side of SIDES) stream.put(step, side, batch.pairs[side], generator[side]);
    await updatePolicy(trainer, { ...lossOf(config), shape }, batch, config.learningRate);
    if (recorded.weightsAt.includes(step + 1)) writeWeights(policyFile(folder, step + 1), trainer.weights);
    if (step % 10 === 0) await onFraction(step / recorded.steps);
  }
  await trainer.dispose();
  stream.write(folder);
  return { steps: recorded.steps, pairs: recorded.steps * config.batchSize, megabytes: round(stream.bytes / 1e6) };
}

const policyFile = (folder: string, step: number): string => path.join(folder, `policy-${String(step).padStart(6, '0')}.safetensors`);

export const loadRecordedPolicy = (folder: string, step: number, shape: TransformerShape): TransformerWeights => readWeights(policyFile(folder, step), shape);

class StreamWriter {
  private readonly tokens: Readonly<Record<(typeof SIDES)[number], Uint8Array | Uint16Array>>;
  private readonly generator: Readonly<Record<(typeof SIDES)[number], Float64Array>>;

  constructor(private readonly head: StreamHead) {
    const pairs = head.steps * head.batchSize;
    const room = () => (head.bytes === 1 ? new Uint8Array(pairs * rowLength(head)) : new Uint16Array(pairs * rowLength(head)));
    this.tokens = { chosen: room(), rejected: room() };
    this.generator = { chosen: new Float64Array(pairs), rejected: new Float64Array(pairs) };
  }

  get bytes(): number {
    return this.tokens.chosen.byteLength + this.tokens.rejected.byteLength;
  }

  put(step: number, side: (typeof SIDES)[number], rows: TokenRows, generator: Float32Array): void {
    const first = step * this.head.batchSize;
    this.tokens[side].set(rows.tokens, first * rowLength(this.head));
    this.generator[side].set(generator, first);
  }

  write(folder: string): void {
    const { steps, batchSize, bytes, promptLength, responseLength } = this.head;
    for (const side of SIDES) {
      const tokens = this.tokens[side];
      writeFileSync(path.join(folder, `stream-${side}.tokens`), new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength));
      writeScores(folder, `generator-${side}`, this.generator[side]);
    }
    writeFileSync(path.join(folder, 'stream.json'), JSON.stringify({ steps, batchSize, bytes, promptLength, responseLength } satisfies StreamHead));
  }
}

export function loadRecording(folder: string): RecordedStream {
  const { steps, batchSize, bytes, ...shape } = JSON.parse(readFileSync(path.join(folder, 'stream.json'), 'utf8')) as StreamHead;
  const side = (name: (typeof SIDES)[number]): TokenRows => {
    const raw = new Uint8Array(readFileSync(path.join(folder, `stream-${name}.tokens`)));
    const tokens = Int32Array.from(bytes === 1 ? raw : new Uint16Array(raw.buffer));
    return { ...shape, rows: steps * batchSize, tokens };
  };
  return {
    steps, batchSize,
    pairs: { chosen: side('chosen'), rejected: side('rejected') },
    generator: { chosen: Float32Array.from(readScores(folder, 'generator-chosen')), rejected: Float32Array.from(readScores(folder, 'generator-rejected')) },
  };
}
