/** What is measured at a checkpoint, always on the same prompts, pairs and noise, so that checkpoints can be paired. */
import { RandomStream } from '../../core/random';
import type { CheckpointEvent, RawMetric, SampleRecord } from '../../core/run/events';
import type { MetricName } from '../../core/run/metrics';
import { tokenExactKl } from '../policy/kl';
import { sequenceLogProbabilitiesOf } from '../policy/logProbabilities';
import { sampleResponses } from '../policy/sampler';
import type { TransformerShape } from '../policy/shape';
import { digestWeights, type TransformerWeights } from '../policy/weights';
import type { PreferenceModel } from '../preference/model';
import { responseLengths, takeRows, type PreferencePairs, type TokenRows } from '../rows';
import type { Opponent } from '../stages/goldenPolicy';
import type { Task } from '../tasks/task';
import { outcomesOf } from './accuracy';
import { coverageMetrics, outsideThreshold } from './coverage';
import { encodeOutcomes, EVALUATION_SAMPLES, meanMetric } from './summary';

export interface EvaluationSetting {
  readonly task: Task;
  readonly shape: TransformerShape;
  readonly reference: TransformerWeights;
  readonly golden: PreferenceModel;
  readonly proxy: PreferenceModel;
  readonly opponent: Opponent;
  readonly prompts: TokenRows;
  readonly heldOut: PreferencePairs;
  readonly train: PreferencePairs;
  readonly seed: number;
  readonly samplesKept: number;
}

type Metrics = Partial<Record<MetricName, RawMetric>>;

export interface Evaluation {
  readonly metrics: Metrics;
  readonly outcomes: NonNullable<CheckpointEvent['outcomes']>;
  readonly samples: readonly Omit<SampleRecord, 'step'>[];
}

/** Prepared once a run: what depends on the frozen models alone is measured once. */
export function createEvaluator(setting: EvaluationSetting): (policy: TransformerWeights) => Evaluation {
  const { reference, shape } = setting;
  const heldOut = readPairs(reference, shape, setting.heldOut);
  const train = readPairs(reference, shape, setting.train);
  const untrained = digestWeights(reference);
  const threshold = outsideThreshold([train, heldOut]);
  const opponentProxy = setting.proxy.scores(setting.opponent.responses);
  const proxyAccuracy = meanMetric(outcomesOf(setting.proxy.scores(setting.heldOut.chosen), setting.proxy.scores(setting.heldOut.rejected)));
  return (weights) => {
    // Until its first step a policy is the reference, and what that says of the pairs is known: every run starts with this.
    const policy = digestWeights(weights) === untrained ? reference : weights;
    const samples = sampleResponses(policy, setting.shape, setting.prompts, RandomStream.of(setting.seed, EVALUATION_SAMPLES));
    const generation = evaluateGeneration({ ...setting, opponentProxy, threshold }, policy, samples);
    return {
      metrics: { ...generation.metrics, ...evaluateClassification(setting, policy, heldOut, train), proxyAccuracy },
      outcomes: generation.outcomes,
      samples: generation.samples,
    };
  };
}

interface GenerationSetting extends EvaluationSetting {
  readonly opponentProxy: Float64Array;
  /** log π_ref below which a response lies outside the data; nats per sequence. */
  readonly threshold: number;
}

function evaluateGeneration(setting: GenerationSetting, policy: TransformerWeights, samples: TokenRows): Evaluation {
  const { golden, proxy, opponent, reference, shape } = setting;
  const goldenScores = golden.scores(samples);
  const proxyScores = proxy.scores(samples);
  const win = outcomesOf(goldenScores, opponent.golden);
  const proxyWin = outcomesOf(proxyScores, setting.opponentProxy);
  const divergence = tokenExactKl(policy, reference, shape, samples);
  const metrics: Metrics = {
    kl: meanMetric(divergence.perRow, 'token-exact'),
    winRate: meanMetric(win),
    winRateVsReference: meanMetric(outcomesOf(goldenScores, opponent.referenceGolden)),
    proxyWinRate: meanMetric(proxyWin),
    ...onPolicyAccuracies(setting, policy, { goldenScores, proxyScores, implicit: difference(divergence.policy, divergence.reference) }),
    ...coverageMetrics(divergence, setting.threshold),
    goldenReward: meanMetric(goldenScores),
    entropy: meanMetric(divergence.entropy),
    responseLength: meanMetric(responseLengths(samples)),
  };
  const outcomes = { win: encodeOutcomes(win), proxyWin: encodeOutcomes(proxyWin), kl: Array.from(divergence.perRow, (k) => Number(k.toFixed(4))) };
  return { metrics, outcomes, samples: keptSamples(setting, samples, win, proxyWin) };
}

/** Of one response a prompt; `implicit` is log π/π_ref, nats per sequence. */
interface Scored {
  readonly goldenScores: Float64Array;
  readonly proxyScores: Float64Array;
  readonly implicit: Float64Array;
}

/**
 * A second response to every prompt: how often the proxy, and how often the policy's own implicit reward, orders the two as
 * golden does (§5.3; golden ties left out, other ties half).
 */
function onPolicyAccuracies(setting: EvaluationSetting, policy: TransformerWeights, first: Scored): Metrics {
  const { golden, proxy, reference, shape } = setting;
  const second = sampleResponses(policy, shape, setting.prompts, RandomStream.of(setting.seed, 'evaluation second samples'));
  const goldenOutcome = outcomesOf(first.goldenScores, golden.scores(second));
  const decided = Int32Array.from(goldenOutcome.keys()).filter((i) => goldenOutcome[i] !== 0.5);
  const agreement = (outcome: Float64Array): RawMetric => meanMetric(Float64Array.from(decided, (i) => 1 - Math.abs((goldenOutcome[i] ?? 0) - (outcome[i] ?? 0))));
  const logProbability = (weights: TransformerWeights): Float32Array => sequenceLogProbabilitiesOf(weights, shape, second);
  // The reference's own implicit reward is zero everywhere: reading it twice would find rounding errors and call them an order.
  const implicit = policy === reference ? first.implicit : difference(logProbability(policy), logProbability(reference));
  return {
    proxyAccuracyOnPolicy: agreement(outcomesOf(first.proxyScores, proxy.scores(second))),
    selfAccuracy: agreement(outcomesOf(first.implicit, implicit)),
  };
}

/** log-probabilities of both sides of pairs, nats per sequence. */
interface ReadPairs {
  readonly pairs: PreferencePairs;
  readonly chosen: Float32Array;
  readonly rejected: Float32Array;
}

const readPairs = (weights: TransformerWeights, shape: TransformerShape, pairs: PreferencePairs): ReadPairs => ({
  pairs,
  chosen: sequenceLogProbabilitiesOf(weights, shape, pairs.chosen),
  rejected: sequenceLogProbabilitiesOf(weights, shape, pairs.rejected),
});

/** The policy as a classifier: does its implicit reward log π/π_ref order golden-labelled pairs rightly (§5.3)? */
function evaluateClassification({ reference, shape }: EvaluationSetting, policy: TransformerWeights, heldOut: ReadPairs, train: ReadPairs): Metrics {
  const read = (known: ReadPairs): ReadPairs => (policy === reference ? known : readPairs(policy, shape, known.pairs));
  const [{ chosen, rejected }, trained] = [read(heldOut), read(train)];
  const [changeChosen, changeRejected] = [difference(chosen, heldOut.chosen), difference(rejected, heldOut.rejected)];
  const trainChosen = difference(trained.chosen, train.chosen);
  const trainRejected = difference(trained.rejected, train.rejected);
  return {
    policyAccuracy: meanMetric(outcomesOf(changeChosen, changeRejected)),
    trainAccuracy: meanMetric(outcomesOf(trainChosen, trainRejected)),
    margin: meanMetric(difference(changeChosen, changeRejected)),
    logpChosen: meanMetric(chosen),
    logpRejected: meanMetric(rejected),
    logpChosenChange: meanMetric(changeChosen),
    logpRejectedChange: meanMetric(changeRejected),
  };
}

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): Float64Array => Float64Array.from(a, (value, i) => value - (b[i] ?? 0));

const VERDICTS = ['loss', 'tie', 'win'] as const;
const verdictOf = (outcome: number | undefined): SampleRecord['golden'] => VERDICTS[Math.round(2 * (outcome ?? 0))] ?? 'loss';

function keptSamples(setting: EvaluationSetting, samples: TokenRows, win: Float64Array, proxyWin: Float64Array): Evaluation['samples'] {
  const { task, opponent, samplesKept } = setting;
  const kept = takeRows(samples, Int32Array.from({ length: Math.min(samplesKept, samples.rows) }, (_, i) => i));
  return Array.from({ length: kept.rows }, (_, row) => ({
    prompt: task.decodePrompt(kept, row),
    completion: task.decodeResponse(kept, row),
    opponent: task.decodeResponse(opponent.responses, row),
    golden: verdictOf(win[row]),
    proxy: verdictOf(proxyWin[row]),
  }));
}
