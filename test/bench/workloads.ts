/** What is measured: two models and the steps that are taken with them. The same numbers stand in pytorch/ and trl/. */
import type { TransformerShape } from '../../src/training/policy/shape';

/** GPT-2's block at a size where a step takes tens of milliseconds: the model of the comparison with PyTorch. */
export const YARDSTICK: TransformerShape = { width: 64, layers: 2, heads: 4, feedForward: 256, vocabulary: 64, promptLength: 8, responseLength: 24, block: 'gpt2' };
/** Reads and predicts all 32 positions; the weights are those of YARDSTICK. */
export const YARDSTICK_TEXT: TransformerShape = { ...YARDSTICK, promptLength: 0, responseLength: 32 };
/** The default policy on a built-in task; all have rows of one shape. */
export const STUDY: TransformerShape = { width: 32, layers: 2, heads: 2, feedForward: 64, vocabulary: 32, promptLength: 6, responseLength: 16 };
/** The proxy of the default study, which labels the online arm (src/training/stages/proxy.ts). */
export const JUDGE: TransformerShape = { ...STUDY, layers: 1, scalarHead: true, pool: 'sum', promptMatch: true };

/** Rows of a language-model batch; an IPO batch has half as many pairs. */
export const ROWS = 64;
/** Pairs that the offline arm shuffles and draws its batches from. */
export const STUDY_PAIRS = 512;
export const STUDY_BATCH = 32;
export const BETA = 0.1;
export const LEARNING_RATE = 1e-3;

export const WORKLOADS = ['lm', 'ipo', 'sample64', 'sample256', 'offline', 'online'] as const;
export type Workload = (typeof WORKLOADS)[number];

export const TITLES: Readonly<Record<Workload, string>> = {
  lm: 'language-model step, 64 × 32 tokens',
  ipo: 'IPO step with reference pass, 32 pairs',
  sample64: 'sampling 64 × 24 tokens',
  sample256: 'sampling 256 × 24 tokens',
  offline: 'default study, offline IPO step',
  online: 'default study, online IPO step',
};
