/**
 * The experiment file `*.alignment.json`: one schema, from which types, validation and the editor's JSON Schema come.
 * `zod/mini` rather than `zod`: the same types for 21 KB in place of 92 KB of a host bundle that may weigh 250 KB in all;
 * what it lacks, readable messages, `problems.ts` writes itself, because a message must name line and column anyway.
 */
import * as z from 'zod/mini';

export const BUILT_IN_TASKS = ['summarisation', 'helpfulness', 'harmlessness', 'chat-arena'] as const;
export const OBJECTIVES = ['ipo', 'ipo-azar', 'dpo', 'slic', 'best-of-2', 'rloo'] as const;
export const SAMPLINGS = ['online', 'offline', 'semi-online', 'mixed'] as const;
export const POLICY_SIZES = ['tiny', 'small', 'medium', 'large'] as const;
/** Policies that may write an arm's pairs: of the recorded online run at its end, at `earlyStep`, or before its first step. */
export const WRITERS = ['final', 'early', 'sft'] as const;

const positive = z.number().check(z.positive());
const count = z.int().check(z.positive());
const atLeast = (minimum: number) => z.int().check(z.minimum(minimum));
const name = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'use letters, digits, dot, dash, underscore'));

export const policyShapeSchema = z.strictObject({
  width: count.check(z.describe('Model dimension; a multiple of heads')),
  layers: count,
  heads: count,
  feedForward: count.check(z.describe('Hidden width of the feed-forward layers')),
  block: z.optional(z.enum(['gpt2']).check(z.describe('gpt2: LayerNorm, GELU and biases as in GPT-2; left out: RMSNorm and ReLU'))),
});

export const pairsTaskSchema = z.strictObject({
  pairs: z
    .string()
    .check(
      z.minLength(1),
      z.describe('JSONL or JSONL.gz of preference pairs, relative to this file: Anthropic HH (chosen, rejected) or TRL (prompt, chosen, rejected)'),
    ),
  promptTokens: z._default(count.check(z.describe('Prompts keep their last tokens up to this length')), 32),
  responseTokens: z._default(count.check(z.describe('Responses are cut to this length')), 32),
  vocabulary: z._default(
    z.int().check(z.minimum(64), z.maximum(4096), z.describe('Size of the subword vocabulary learnt from the file')),
    384,
  ),
  maxPairs: z.optional(count.check(z.describe('Use at most this many pairs of the file'))),
});

const recordedRunSchema = z.strictObject({
  objective: z.optional(z.enum(OBJECTIVES)),
  beta: z.optional(positive),
  learningRate: z.optional(positive),
});

const source = z.optional(recordedRunSchema.check(z.describe("The online run of the same seed that is recorded; what is left out is the arm's own")));

export const armDataSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('golden') }),
  z.strictObject({
    kind: z.literal('replay'),
    order: z.union([z.enum(['ordered', 'shuffled']), z.strictObject({ window: count.check(z.describe('Batches within which pairs change places')) })]),
    source,
  }),
  z.strictObject({
    kind: z.literal('policies'),
    policies: z.tuple([z.enum(WRITERS), z.enum(WRITERS)]),
    earlyStep: z.optional(count.check(z.describe('Step of the recorded run at which "early" is taken; a fifth of its steps by default'))),
    source,
  }),
]);

export const armSchema = z.strictObject({
  name,
  sampling: z.enum(SAMPLINGS),
  objective: z._default(
    z.enum(OBJECTIVES).check(z.describe('ipo: (βh − ½)²; ipo-azar: (h − 1/(2β))²; rloo: policy gradient on the proxy\'s reward less β·KL, leave-one-out baseline')),
    'ipo',
  ),
  learningRate: z._default(z.union([positive, z.array(positive).check(z.minLength(1))]), 1e-3),
  beta: z.optional(z.array(positive).check(z.minLength(1), z.describe("In place of the experiment's"))),
  steps: z.optional(count.check(z.describe("In place of the experiment's"))),
  data: z.optional(armDataSchema.check(z.describe("Where an offline or mixed arm's fixed pairs come from; the golden-labelled pairs by default"))),
  goldenPairs: z.optional(atLeast(2).check(z.describe('offline: golden-labelled pairs that the arm learns from, the first so many; all by default'))),
  syncEvery: z.optional(count.check(z.describe('semi-online: samples come from a copy of the policy made every so many steps'))),
  onlineShare: z.optional(z.number().check(z.minimum(0), z.maximum(1), z.describe('mixed: share of the pairs of each batch that are sampled and labelled online'))),
  onPolicyKl: z.optional(positive.check(z.describe('offline: adds this times KL(π‖π_ref), estimated on samples of the policy, to the loss (HyPO)'))),
});

export const evaluationSchema = z.strictObject({
  prompts: z._default(
    atLeast(2).check(z.describe('Fixed evaluation prompts, the same at every checkpoint and for every run')),
    512,
  ),
  pairs: z._default(atLeast(2).check(z.describe('Held-out golden-labelled pairs for the classification accuracy')), 512),
  samples: z._default(atLeast(0).check(z.describe('Completions kept in samples.jsonl per checkpoint')), 16),
});

const policySchema = z.union([z.enum(POLICY_SIZES), policyShapeSchema]);

export const stagesSchema = z.strictObject({
  dataSeed: z._default(
    z.union([z.int(), z.literal('seed')]).check(
      z.describe("Seed of the data and of all shared stages; \"seed\": each seed of the runs draws its own, so that intervals know of the stages' luck too"),
    ),
    0,
  ),
  pairs: z._default(count.check(z.describe('Preference pairs of a built-in task')), 8000),
  pretrainingResponses: z._default(count, 20000),
  pretrainingSteps: z._default(atLeast(0), 800),
  sftSteps: z._default(atLeast(0), 150),
  goldenSteps: z._default(
    count.check(z.describe("Golden preference model; the user's own pairs only, a built-in task has a rule")),
    600,
  ),
  proxySteps: z._default(count, 800),
  goldenPolicySteps: z._default(count, 500),
  goldenPolicyBeta: z._default(positive, 0.1),
  goldenPolicyLearningRate: z._default(positive, 1e-3),
  proxyPairs: z.optional(atLeast(2).check(z.describe('Golden-labelled pairs that the proxy learns from: the first so many; all by default'))),
  proxyPolicy: z.optional(policySchema.check(z.describe("Size from which the proxy's is derived; the policy's by default"))),
  opponentPolicy: z.optional(
    policySchema.check(z.describe("Size of the golden policy, and of the golden preference model where one is learnt; the policy's by default")),
  ),
});

export const experimentSchema = z.strictObject({
  $schema: z.optional(z.string()),
  name,
  description: z.optional(z.string()),
  task: z.union([z.enum(BUILT_IN_TASKS).check(z.describe('A built-in task, generated from a seed (docs/data.md)')), pairsTaskSchema]),
  policy: z._default(policySchema, 'small'),
  arms: z.array(armSchema).check(z.minLength(1)),
  beta: z._default(z.array(positive).check(z.minLength(1)), [0.1]),
  seeds: z._default(z.array(atLeast(0)).check(z.minLength(1)), [1, 2, 3]),
  klBudget: z._default(positive.check(z.describe('Nats per sequence')), 5),
  steps: z._default(count, 500),
  checkpoints: z._default(
    z.union([count, z.array(count).check(z.minLength(1))]).check(
      z.describe('How many evaluations after step 0, evenly spaced; or the steps themselves. Step 0 and the last step are always evaluated'),
    ),
    10,
  ),
  batchSize: z._default(count.check(z.describe('Prompts, one pair each, per gradient step')), 32),
  evaluation: z.prefault(evaluationSchema, {}),
  stages: z.prefault(stagesSchema, {}),
  backend: z._default(z.enum(['auto', 'wasm', 'tensorflow', 'onnx', 'cpu']), 'auto'),
  launcher: z._default(z.enum(['local']), 'local'),
});

export type ExperimentFile = z.input<typeof experimentSchema>;
export type Experiment = z.output<typeof experimentSchema>;
export type PolicyShape = z.output<typeof policyShapeSchema>;
export type PairsTask = z.output<typeof pairsTaskSchema>;
export type BuiltInTask = (typeof BUILT_IN_TASKS)[number];
export type TaskSpec = Experiment['task'];
export type Arm = z.output<typeof armSchema>;
export type ArmData = z.output<typeof armDataSchema>;
export type Objective = Arm['objective'];
export type Writer = (typeof WRITERS)[number];
export type StageSettings = Omit<Experiment['stages'], 'dataSeed' | 'proxyPolicy' | 'opponentPolicy'> & {
  readonly dataSeed: number;
  readonly proxyPolicy?: PolicyShape | undefined;
  readonly opponentPolicy?: PolicyShape | undefined;
};
export type EvaluationSettings = z.output<typeof evaluationSchema>;
