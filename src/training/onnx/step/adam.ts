/** Clipping and Adam (`optimiser/adam.ts`) on one flat vector: a dozen nodes in all instead of a dozen a weight. */
import { warmedUp, type AdamSettings } from '../../optimiser/adam';
import type { Graph } from '../model/graph';

/** Names of values, flat [size] each. */
interface FlatState {
  readonly parameters: string;
  readonly first: string;
  readonly second: string;
}

/** What changes from step to step, as the graph's input `schedule`. */
export function scheduleOf(settings: AdamSettings, steps: number, learningRate: number): Float32Array {
  const { beta1, beta2 } = settings;
  const rate = warmedUp(learningRate, settings, steps);
  return Float32Array.of(rate / (1 - beta1 ** steps), Math.sqrt(1 / (1 - beta2 ** steps)), rate);
}

export const SCHEDULE = { name: 'schedule', shape: [3] } as const;

/** The state after the step, and the gradient's norm before clipping. */
export function adamNodes(graph: Graph, state: FlatState, gradient: string, settings: AdamSettings): FlatState & { readonly norm: string } {
  const { beta1, beta2, epsilon, clipNorm, weightDecay } = settings;
  const op = (type: string, ...inputs: string[]): string => graph.one(type, inputs);
  const number = (value: number): string => graph.scalar(value);
  const [step = '', root = '', rate = ''] = graph.many('Split', [SCHEDULE.name, graph.integers([1, 1, 1])], 3, { attributes: { axis: 0 } });
  const norm = op('Sqrt', graph.one('ReduceSumSquare', [gradient], { attributes: { keepdims: 1 } }));
  const scale = Number.isFinite(clipNorm) ? op('Div', number(clipNorm), op('Max', norm, number(clipNorm))) : number(1);
  // (1 − β₁)·g; squared it is (1 − β₁)²·g².
  const fresh = op('Mul', gradient, op('Mul', scale, number(1 - beta1)));
  const first = op('Add', op('Mul', state.first, number(beta1)), fresh);
  const second = op('Add', op('Mul', state.second, number(beta2)), op('Mul', op('Mul', fresh, fresh), number((1 - beta2) / (1 - beta1) ** 2)));
  const denominator = op('Add', op('Mul', op('Sqrt', second), root), number(epsilon));
  const decayed = weightDecay === 0 ? state.parameters : op('Mul', state.parameters, op('Sub', number(1), op('Mul', rate, number(weightDecay))));
  const parameters = op('Sub', decayed, op('Mul', op('Div', first, denominator), step));
  return { parameters, first, second, norm };
}
