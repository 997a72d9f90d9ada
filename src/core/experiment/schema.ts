/** The experiment file `*.alignment.json`: one schema, from which types, validation and the editor's JSON Schema come. */
import * as z from 'zod';

export const BUILT_IN_TASKS = ['summarisation'] as const;
export const OBJECTIVES = ['ipo'] as const;
export const SAMPLINGS = ['online', 'offline'] as const;
export const POLICY_SIZES = ['tiny', 'small', 'medium'] as const;

const positive = z.number().positive();
const count = z.int().positive();

export const policyShapeSchema = z.strictObject({
  width: count.describe('Model dimension; a multiple of heads'),
  layers: count,
  heads: count,
  feedForward: count.describe('Hidden width of the feed-forward layers'),
});

export const pairsTaskSchema = z.strictObject({
  pairs: z.string().min(1).describe('JSONL or JSONL.gz of preference pairs, relative to this file: Anthropic HH (chosen, rejected) or TRL (prompt, chosen, rejected)'),
  promptTokens: count.default(32).describe('Prompts keep their last tokens up to this length'),
  responseTokens: count.default(32).describe('Responses are cut to this length'),
  vocabulary: z.int().min(64).max(4096).default(384).describe('Size of the subword vocabulary learnt from the file'),
  maxPairs: count.optional().describe('Use at most this many pairs of the file'),
});

export const armSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'use letters, digits, dot, dash, underscore'),
  sampling: z.enum(SAMPLINGS),
  objective: z.enum(OBJECTIVES).default('ipo'),
  learningRate: z.union([positive, z.array(positive).min(1)]).default(1e-3),
});

export const evaluationSchema = z.strictObject({
  prompts: z.int().min(2).default(512).describe('Fixed evaluation prompts, the same at every checkpoint and for every run'),
  pairs: z.int().min(2).default(512).describe('Held-out golden-labelled pairs for the classification accuracy'),
  samples: z.int().min(0).default(16).describe('Completions kept in samples.jsonl per checkpoint'),
});

export const stagesSchema = z.strictObject({
  dataSeed: z.int().default(0).describe('Seed of the data and of all shared stages'),
  pairs: count.default(2000).describe('Preference pairs of a built-in task'),
  pretrainingResponses: count.default(20000),
  pretrainingSteps: z.int().min(0).default(800),
  sftSteps: z.int().min(0).default(150),
  goldenSteps: count.default(600).describe('Golden preference model; the user\'s own pairs only, a built-in task has a rule'),
  proxySteps: count.default(600),
  goldenPolicySteps: count.default(500),
});

export const experimentSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'use letters, digits, dot, dash, underscore'),
  description: z.string().optional(),
  task: z.union([z.enum(BUILT_IN_TASKS), pairsTaskSchema]),
  policy: z.union([z.enum(POLICY_SIZES), policyShapeSchema]).default('small'),
  arms: z.array(armSchema).min(1),
  beta: z.array(positive).min(1).default([0.1]),
  seeds: z.array(z.int().min(0)).min(1).default([1, 2, 3]),
  klBudget: positive.default(5).describe('Nats per sequence'),
  steps: count.default(500),
  checkpoints: count.default(10).describe('Evaluations after step 0, evenly spaced, the last at the end'),
  batchSize: count.default(32).describe('Prompts, one pair each, per gradient step'),
  evaluation: evaluationSchema.prefault({}),
  stages: stagesSchema.prefault({}),
  backend: z.enum(['auto', 'wasm', 'tensorflow', 'cpu']).default('auto'),
  launcher: z.enum(['local']).default('local'),
});

export type ExperimentFile = z.input<typeof experimentSchema>;
export type Experiment = z.output<typeof experimentSchema>;
export type PolicyShape = z.output<typeof policyShapeSchema>;
export type PairsTask = z.output<typeof pairsTaskSchema>;
export type TaskSpec = Experiment['task'];
export type StageSettings = z.output<typeof stagesSchema>;
export type EvaluationSettings = z.output<typeof evaluationSchema>;
