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

export const METRICS = {
  kl: metric('KL', 'nats/sequence', 'neither', 'KL(π‖π_ref), mean over the evaluation prompts (Tang et al. 2024, App. D)'),
  winRate: metric('Win rate', 'fraction', 'higher', 'Against the golden policy, judged by the golden preference model; ties count half'),
  winRateVsReference: metric('Win rate vs reference', 'fraction', 'higher', 'Against the reference policy, judged by the golden preference model'),
  proxyWinRate: metric('Proxy win rate', 'fraction', 'neither', 'Against the golden policy, judged by the proxy preference model'),
  policyAccuracy: metric('Policy accuracy', 'fraction', 'higher', 'Held-out golden-labelled pairs that the implicit reward log π/π_ref orders rightly; ties count half'),
  proxyAccuracy: metric('Proxy accuracy', 'fraction', 'higher', 'The same pairs, ordered by the proxy preference model'),
  proxyAccuracyOnPolicy: metric('Proxy accuracy on-policy', 'fraction', 'higher', "Pairs sampled from the current policy, proxy's order against golden's"),
  densityRatioMedian: metric('Density ratio, median', 'nats/sequence', 'neither', "log π/π_ref of the policy's own samples: its median"),
  densityRatio95: metric('Density ratio, 95%', 'nats/sequence', 'neither', "log π/π_ref of the policy's own samples: its 95% quantile"),
  densityRatio99: metric('Density ratio, 99%', 'nats/sequence', 'neither', "log π/π_ref of the policy's own samples: its 99% quantile"),
  densityRatioMax: metric('Density ratio, largest', 'nats/sequence', 'neither', "log π/π_ref of the policy's own samples: the largest, which grows with their number"),
  outsideData: metric('Outside the data', 'fraction', 'neither', "The policy's own samples that the reference finds less likely than 99% of the data set's responses"),
  trainAccuracy: metric('Train accuracy', 'fraction', 'neither', 'Golden-labelled training pairs that the implicit reward orders rightly'),
  margin: metric('Margin', 'nats', 'neither', 'Mean h = Δlog π/π_ref of chosen minus rejected, held-out pairs'),
  logpChosen: metric('log π(chosen)', 'nats/sequence', 'neither', 'Mean sequence log-probability of the chosen responses, held-out pairs'),
  logpRejected: metric('log π(rejected)', 'nats/sequence', 'neither', 'Mean sequence log-probability of the rejected responses, held-out pairs'),
  logpChosenChange: metric('Δlog π(chosen)', 'nats/sequence', 'neither', 'Change of log π(chosen) from the reference policy'),
  logpRejectedChange: metric('Δlog π(rejected)', 'nats/sequence', 'neither', 'Change of log π(rejected) from the reference policy'),
  entropy: metric('Entropy', 'nats/sequence', 'neither', 'Entropy of the policy summed over the sampled response'),
  responseLength: metric('Response length', 'tokens', 'neither', 'Mean tokens of a sampled response, end token included'),
  goldenReward: metric('Golden reward', 'none', 'higher', 'Mean score of the golden preference model on sampled responses'),
  loss: metric('Loss', 'none', 'lower', 'Training loss, mean since the previous checkpoint'),
  klPerToken: metric('KL per token', 'nats/token', 'neither', 'KL(π‖π_ref) divided by the tokens of the response: as most online trainers log it; no substitute for KL per sequence'),
  klUpdate: metric('KL of the update', 'nats/token', 'neither', 'Between the policy before and after an update: says nothing about the distance from the reference'),
  klCoefficient: metric('KL coefficient', 'none', 'neither', 'β, or the weight of the KL term, in force at this step'),
  selfAccuracy: metric('Agreement on own samples', 'fraction', 'neither', 'Pairs sampled by the policy that its implicit reward orders as the labeller does (golden in our own runs); ties count half'),
  proxyReward: metric('Proxy reward', 'none', 'neither', 'Mean score of the reward model or functions on sampled responses, without the KL term'),
  penalisedReward: metric('Penalised reward', 'none', 'neither', 'The proxy reward less the KL term'),
  rewardMargin: metric('Implicit reward margin', 'nats', 'neither', 'β · (Δlog π/π_ref of chosen minus rejected), held-out pairs'),
  chosenReward: metric('Implicit reward (chosen)', 'nats', 'neither', 'β · log π/π_ref of the chosen responses, held-out pairs: no KL, for the text is not the policy\'s'),
  rejectedReward: metric('Implicit reward (rejected)', 'nats', 'neither', 'β · log π/π_ref of the rejected responses, held-out pairs'),
  trainMargin: metric('Train margin', 'nats', 'neither', 'Mean Δlog π/π_ref of chosen minus rejected, training pairs'),
  trainRewardMargin: metric('Train reward margin', 'nats', 'neither', 'β · (Δlog π/π_ref of chosen minus rejected), training pairs'),
  trainChosenReward: metric('Train reward (chosen)', 'nats', 'neither', 'β · log π/π_ref of the chosen responses, training pairs'),
  trainRejectedReward: metric('Train reward (rejected)', 'nats', 'neither', 'β · log π/π_ref of the rejected responses, training pairs'),
  trainLogpChosen: metric('Train log π(chosen)', 'nats/sequence', 'neither', 'Mean sequence log-probability of the chosen responses, training pairs'),
  trainLogpRejected: metric('Train log π(rejected)', 'nats/sequence', 'neither', 'Mean sequence log-probability of the rejected responses, training pairs'),
  entropyPerToken: metric('Entropy per token', 'nats/token', 'neither', 'Mean predictive entropy of the policy at a token'),
  truncated: metric('Cut off', 'fraction', 'lower', 'Sampled responses that ended at the length limit, not with the end token'),
  heldOutLoss: metric('Held-out loss', 'none', 'lower', 'The training objective on held-out data'),
  learningRate: metric('Learning rate', 'none', 'neither', 'In force at this step'),
  gradientNorm: metric('Gradient norm', 'none', 'neither', 'Before clipping'),
  policyUpdates: metric('Policy updates', 'count', 'neither', 'Gradient steps taken'),
  samplesLabelled: metric('Labels spent', 'count', 'neither', 'Preference labels asked for during training'),
  staleness: metric('Staleness', 'count', 'neither', 'Steps between the sampling of a training pair and its use, mean since the previous checkpoint'),
  offPolicyness: metric('Off-policyness', 'nats/sequence', 'neither', 'Mean |log π/π_generator| of the training responses, π_generator being the policy that sampled them'),
  tokensSeen: metric('Tokens seen', 'tokens', 'neither', 'Response tokens trained on'),
  wallTime: metric('Wall time', 's', 'neither', 'Seconds of training, evaluation included'),
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
