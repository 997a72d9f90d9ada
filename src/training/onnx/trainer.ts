/** Trains by ONNX Runtime: a step is recorded when its feeds are first seen, and is one call from then on. */
import { tf } from '../backend/tensorflow';
import { ADAM_DEFAULTS, requireFinite, sizeOf, stateFor, type AdamSettings, type AdamState } from '../optimiser/adam';
import type { Feeds } from '../optimiser/program';
import type { StepResult, Trainer, TrainerFactory, TrainerRequest } from '../optimiser/trainer';
import type { TransformerWeights } from '../policy/weights';
import { createSession, type OnnxRuntime, type RuntimeSession, type RuntimeTensor } from './runtime';
import { scheduleOf } from './step/adam';
import { feedName, recordStep, type FlatWeight, type RecordedStep } from './step/record';

export const onnxTrainers = (runtime: OnnxRuntime): TrainerFactory => (request) => new OnnxTrainer(runtime, request);

interface Compiled extends RecordedStep {
  readonly session: RuntimeSession;
}

/** The trained weights and their moments, flat. */
interface State {
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

class OnnxTrainer implements Trainer {
  private readonly settings: AdamSettings;
  /** By the shapes of the feeds. */
  private readonly compiled = new Map<string, Compiled>();
  private trained: readonly FlatWeight[] = [];
  private state_: State | undefined;
  /** The buffers of the step before the last, written by the next. */
  private spare: State | undefined;
  private steps: number;
  /** Whether the variables still hold older values than `state_`. */
  private stale = false;

  constructor(
    private readonly runtime: OnnxRuntime,
    private readonly request: TrainerRequest,
  ) {
    this.settings = { ...ADAM_DEFAULTS, ...request.settings };
    this.steps = request.state?.steps ?? 0;
  }

  get weights(): TransformerWeights {
    if (this.stale && this.state_) assignFlat(this.request.weights, this.trained, this.state_.parameters);
    this.stale = false;
    return this.request.weights;
  }

  async step(feeds: Feeds, learningRate: number): Promise<StepResult> {
    const step = await this.compile(feeds);
    const state = (this.state_ ??= this.initialState(step.trained));
    const next = (this.spare ??= emptyState(state.parameters.length));
    const results = await step.session.run(this.inputs(feeds, state, learningRate), this.fetches(step, next));
    const values = results[step.outputs.scalars]?.data ?? new Float32Array();
    const [loss = Number.NaN, gradientNorm = Number.NaN, ...rest] = values;
    requireFinite(gradientNorm);
    this.state_ = next;
    this.spare = state;
    this.steps += 1;
    this.stale = true;
    return { loss, gradientNorm, observed: Object.fromEntries(step.scalars.slice(2).map((name, i) => [name, rest[i] ?? Number.NaN])) };
  }

  /** In the order of all weights, as `optimiser/adam.ts` keeps it; zeros where nothing is trained. */
  state(): AdamState {
    const { weights, state } = this.request;
    if (!this.state_) return stateFor(weights, state);
    const { first, second } = this.state_;
    return { steps: this.steps, first: spread(weights, this.trained, first), second: spread(weights, this.trained, second) };
  }

  async dispose(): Promise<void> {
    void this.weights;
    const sessions = [...this.compiled.values()].map(({ session }) => session.release());
    this.compiled.clear();
    await Promise.all(sessions);
  }

  private async compile(feeds: Feeds): Promise<Compiled> {
    const key = Object.entries(feeds).map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape.join('×')}`).join(', ');
    const known = this.compiled.get(key);
    if (known) return known;
    const recorded = await recordStep(this.request.program, this.weights, feeds, this.settings);
    const step = { ...recorded, session: await createSession(this.runtime, recorded.model) };
    this.compiled.set(key, step);
    return step;
  }

  private initialState(trained: readonly FlatWeight[]): State {
    this.trained = trained;
    const { weights } = this.request;
    const state = stateFor(weights, this.request.state);
    const values = Object.values(weights).map((weight) => weight.dataSync<'float32'>());
    return { parameters: gather(weights, trained, concat(values)), first: gather(weights, trained, state.first), second: gather(weights, trained, state.second) };
  }

  private inputs(feeds: Feeds, state: State, learningRate: number): Record<string, RuntimeTensor> {
    const inputs: Record<string, RuntimeTensor> = { schedule: this.tensor(scheduleOf(this.settings, this.steps + 1, learningRate)) };
    for (const [name, values] of Object.entries(state) as [keyof State, Float32Array][]) inputs[name] = this.tensor(values);
    for (const [name, { dtype, values, shape }] of Object.entries(feeds)) inputs[feedName(name)] = new this.runtime.Tensor(dtype, values, shape);
    return inputs;
  }

  private fetches({ outputs, scalars }: Compiled, next: State): Record<string, RuntimeTensor> {
    const { parameters, first, second } = next;
    return {
      [outputs.scalars]: this.tensor(new Float32Array(scalars.length)),
      [outputs.parameters]: this.tensor(parameters),
      [outputs.first]: this.tensor(first),
      [outputs.second]: this.tensor(second),
    };
  }

  private tensor(values: Float32Array): RuntimeTensor {
    return new this.runtime.Tensor('float32', values, [values.length]);
  }
}

const emptyState = (size: number): State => ({ parameters: new Float32Array(size), first: new Float32Array(size), second: new Float32Array(size) });

function concat(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Where each trained weight begins among all weights, one after another. */
function offsets(weights: TransformerWeights, trained: readonly FlatWeight[]): number[] {
  let at = 0;
  const begins = new Map(Object.entries(weights).map(([name, { size }]) => [name, (at += size) - size]));
  return trained.map(({ name }) => begins.get(name) ?? 0);
}

/** The trained part of values that lie in the order of all weights. */
const gather = (weights: TransformerWeights, trained: readonly FlatWeight[], values: Float32Array): Float32Array =>
  concat(offsets(weights, trained).map((from, i) => values.subarray(from, from + (trained[i]?.size ?? 0))));

/** The reverse of `gather`. */
function spread(weights: TransformerWeights, trained: readonly FlatWeight[], values: Float32Array): Float32Array {
  const whole = new Float32Array(sizeOf(weights));
  let at = 0;
  offsets(weights, trained).forEach((to, i) => {
    const size = trained[i]?.size ?? 0;
    whole.set(values.subarray(at, at + size), to);
    at += size;
  });
  return whole;
}

function assignFlat(weights: TransformerWeights, trained: readonly FlatWeight[], values: Float32Array): void {
  let at = 0;
  for (const { name, shape, size } of trained) {
    // A copy: the backend may keep what it is handed, and the next step but one writes into these buffers.
    const tensor = tf.tensor(values.slice(at, at + size), [...shape], 'float32');
    weights[name]?.assign(tensor);
    tensor.dispose();
    at += size;
  }
}
