/**
 * The metric vocabulary: every number that a checkpoint can carry, with its unit and which way is better.
 * One table, from which the canonical checkpoint, the panel's axes, the diff and the exports all read.
 */

export type Unit = 'nats/sequence' | 'nats' | 'nats/token' | 'fraction' | 'count' | 'tokens' | 's' | 'none';
export type Direction = 'higher' | 'lower' | 'neither';

export interface MetricDefinition {
  readonly label: string;
  readonly unit: Unit;
  readonly direction: Direction;
  readonly description: string;
}

const metric = (label: string, unit: Unit, direction: Direction, description: string): MetricDefinition => ({
  label,
  unit,
  direction,
  description,
});

/** No direction is better. */
const neutral = (label: string, unit: Unit, description: string): MetricDefinition => metric(label, unit, 'neither', description);

/** Quantiles of one quantity. */
const densityRatio = (which: string): MetricDefinition => neutral(`Density ratio, ${which}`, 'nats/sequence', `log π/π_ref of the policy's own samples: ${which}`);

export const METRICS = {
  kl: neutral('KL', 'nats/sequence', 'KL(π‖π_ref), mean over the evaluation prompts (Tang et al. 2024, App. D)'),
  winRate: metric('Win rate', 'fraction', 'higher', 'Against the golden policy, judged by the golden preference model; ties count half'),
  winRateVsReference: metric('Win rate vs reference', 'fraction', 'higher', 'Against the reference policy, judged by the golden preference model'),
  proxyWinRate: neutral('Proxy win rate', 'fraction', 'Against the golden policy, judged by the proxy preference model'),
  policyAccuracy: metric('Policy accuracy', 'fraction', 'higher', 'Held-out golden-labelled pairs that the implicit reward log π/π_ref orders rightly; ties count half'),
  proxyAccuracy: metric('Proxy accuracy', 'fraction', 'higher', 'The same pairs, ordered by the proxy preference model'),
  proxyAccuracyOnPolicy: metric('Proxy accuracy on-policy', 'fraction', 'higher', "Pairs sampled from the current policy, proxy's order against golden's"),
  densityRatioMedian: densityRatio('median'),
  densityRatio95: densityRatio('95%'),
  densityRatio99: densityRatio('99%'),
  densityRatioMax: densityRatio('largest'),
  outsideData: neutral('Outside the data', 'fraction', 'Own samples that the reference finds less likely than 99% of the data'),
  trainAccuracy: neutral('Train accuracy', 'fraction', 'Golden-labelled training pairs that the implicit reward orders rightly'),
  margin: neutral('Margin', 'nats', 'Mean h = Δlog π/π_ref of chosen minus rejected, held-out pairs'),
  logpChosen: neutral('log π(chosen)', 'nats/sequence', 'Mean sequence log-probability of the chosen responses, held-out pairs'),
  logpRejected: neutral('log π(rejected)', 'nats/sequence', 'Mean sequence log-probability of the rejected responses, held-out pairs'),
  logpChosenChange: neutral('Δlog π(chosen)', 'nats/sequence', 'Change of log π(chosen) from the reference policy'),
  logpRejectedChange: neutral('Δlog π(rejected)', 'nats/sequence', 'Change of log π(rejected) from the reference policy'),
  entropy: neutral('Entropy', 'nats/sequence', 'Entropy of the policy summed over the sampled response'),
  responseLength: neutral('Response length', 'tokens', 'Mean tokens of a sampled response, end token included'),
  goldenReward: metric('Golden reward', 'none', 'higher', 'Mean score of the golden preference model on sampled responses'),
  loss: metric('Loss', 'none', 'lower', 'Training loss, mean since the previous checkpoint'),
  klK1: neutral('KL (k1)', 'nats/sequence', 'Mean log π/π_ref of the samples: the noisier check of KL'),
  klPerToken: neutral('KL per token', 'nats/token', 'KL(π‖π_ref) divided by the tokens of the response: as most online trainers log it; no substitute for KL per sequence'),
  klUpdate: neutral('KL of the update', 'nats/token', 'Between the policy before and after an update: says nothing about the distance from the reference'),
  klCoefficient: neutral('KL coefficient', 'none', 'β, or the weight of the KL term, in force at this step'),
  selfAccuracy: neutral('Agreement on own samples', 'fraction', 'Pairs sampled by the policy that its implicit reward orders as the labeller does'),
  proxyReward: neutral('Proxy reward', 'none', 'Mean score of the reward model or functions on sampled responses, without the KL term'),
  penalisedReward: neutral('Penalised reward', 'none', 'The proxy reward less the KL term'),
  rewardMargin: neutral('Implicit reward margin', 'nats', 'β · (Δlog π/π_ref of chosen minus rejected), held-out pairs'),
  chosenReward: neutral('Implicit reward (chosen)', 'nats', 'β · log π/π_ref of the chosen responses, held-out pairs: no KL, for the text is not the policy\'s'),
  rejectedReward: neutral('Implicit reward (rejected)', 'nats', 'β · log π/π_ref of the rejected responses, held-out pairs'),
  trainMargin: neutral('Train margin', 'nats', 'Mean Δlog π/π_ref of chosen minus rejected, training pairs'),
  trainRewardMargin: neutral('Train reward margin', 'nats', 'β · (Δlog π/π_ref of chosen minus rejected), training pairs'),
  trainChosenReward: neutral('Train reward (chosen)', 'nats', 'β · log π/π_ref of the chosen responses, training pairs'),
  trainRejectedReward: neutral('Train reward (rejected)', 'nats', 'β · log π/π_ref of the rejected responses, training pairs'),
  trainLogpChosen: neutral('Train log π(chosen)', 'nats/sequence', 'Mean sequence log-probability of the chosen responses, training pairs'),
  trainLogpRejected: neutral('Train log π(rejected)', 'nats/sequence', 'Mean sequence log-probability of the rejected responses, training pairs'),
  entropyPerToken: neutral('Entropy per token', 'nats/token', 'Mean predictive entropy of the policy at a token'),
  truncated: metric('Cut off', 'fraction', 'lower', 'Sampled responses that ended at the length limit, not with the end token'),
  heldOutLoss: metric('Held-out loss', 'none', 'lower', 'The training objective on held-out data'),
  learningRate: neutral('Learning rate', 'none', 'In force at this step'),
  gradientNorm: neutral('Gradient norm', 'none', 'Before clipping'),
  policyUpdates: neutral('Policy updates', 'count', 'Gradient steps taken'),
  samplesLabelled: neutral('Labels spent', 'count', 'Preference labels asked for during training'),
  staleness: neutral('Staleness', 'count', 'Mean steps between the sampling of a training pair and its use'),
  offPolicyness: neutral('Off-policyness', 'nats/sequence', 'Mean |log π/π_generator| of the training responses'),
  tokensSeen: neutral('Tokens seen', 'tokens', 'Response tokens trained on'),
  wallTime: neutral('Wall time', 's', 'Seconds of training, evaluation included'),
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** How a KL divergence was estimated: the paper's exact per-token sum, Schulman's k1–k3, or what a foreign log used. */
export type KlEstimator = 'token-exact' | 'k1' | 'k2' | 'k3' | 'unknown';

/**
 * Why a number is not quite what its metric means. `from-length`: a per-token value times the mean length. `padded`: padding
 * after the end token is counted in. `train-temperature`: on training samples at the sampling temperature of training.
 * `length-average`: a mean over tokens where the metric is a sum over the sequence. `derived`: by arithmetic from other fields.
 */
export const QUALITIES = ['from-length', 'padded', 'train-temperature', 'length-average', 'derived'] as const;
export type Quality = (typeof QUALITIES)[number];

/** One measured number. `low`/`high` bound a 95% interval; `from` names the raw keys it was read from. */
export interface Estimate {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly standardError?: number;
  readonly n?: number;
  readonly unit: Unit;
  readonly estimator?: string;
  /** Absent where nothing is amiss. */
  readonly quality?: readonly Quality[];
  readonly from: readonly string[];
}
