/** The built-in tasks as tests see them: one row a task. */
import { drawQuality } from '../../../../src/training/tasks/common/writers';
import type { RandomStream } from '../../../../src/core/random';
import type { BuiltInTask } from '../../../../src/core/experiment/schema';
import { chatReward } from '../../../../src/training/tasks/chat-arena/reward';
import { SYSTEMS, write } from '../../../../src/training/tasks/chat-arena/systems';
import { word as chatWord } from '../../../../src/training/tasks/chat-arena/vocabulary';
import type { Prompt } from '../../../../src/training/tasks/common/prompts';
import type { Draft } from '../../../../src/training/tasks/common/task';
import type { Words } from '../../../../src/training/tasks/common/vocabulary';
import { harmReward } from '../../../../src/training/tasks/harmlessness/reward';
import { word as harmWord } from '../../../../src/training/tasks/harmlessness/vocabulary';
import { writeReaction } from '../../../../src/training/tasks/harmlessness/writers';
import { helpReward } from '../../../../src/training/tasks/helpfulness/reward';
import { word as helpWord } from '../../../../src/training/tasks/helpfulness/vocabulary';
import { writeAnswer } from '../../../../src/training/tasks/helpfulness/writers';
import { summaryReward } from '../../../../src/training/tasks/summarisation/reward';
import { word as summaryWord } from '../../../../src/training/tasks/summarisation/vocabulary';
import { writeSummary } from '../../../../src/training/tasks/summarisation/writers';

export interface BuiltIn {
  readonly name: BuiltInTask;
  readonly word: Words;
  readonly reward: (prompt: ArrayLike<number>, response: ArrayLike<number>) => number;
  /** What a faultless response scores; of the best type where types differ. */
  readonly best: number;
  /** Places of the prompt (1 … 5) whose order says nothing to the rule, for a prompt of this type (0 … 3). */
  readonly interchangeable: (type: number) => readonly number[];
  /** A response and the quality of whoever wrote it. */
  readonly write: (prompt: Prompt, random: RandomStream) => { readonly quality: number; readonly draft: Draft };
  /** Of 20,000 responses, as docs/data.md tells it: tokens before the end, and mean score. */
  readonly written: { readonly length: number; readonly score: number };
}

type Writer = (prompt: Prompt, quality: number, random: RandomStream) => Draft;

const ofDrawnQuality = (writer: Writer): BuiltIn['write'] => (prompt, random) => {
  const quality = drawQuality(random);
  return { quality, draft: writer(prompt, quality, random) };
};

export const BUILT_IN: readonly BuiltIn[] = [
  {
    name: 'summarisation', word: summaryWord, reward: summaryReward, best: 3, write: ofDrawnQuality(writeSummary),
    interchangeable: () => [4, 5], written: { length: 5.53, score: 1.37 },
  },
  {
    name: 'helpfulness', word: helpWord, reward: helpReward, best: 2.95, write: ofDrawnQuality(writeAnswer),
    interchangeable: (type) => [1, 2, 3, 4].filter((place) => place !== 1 + type), written: { length: 6.51, score: 1.03 },
  },
  {
    name: 'harmlessness', word: harmWord, reward: harmReward, best: 1.91, write: ofDrawnQuality(writeReaction),
    interchangeable: () => [1, 2, 3], written: { length: 4.27, score: -0.15 },
  },
  {
    name: 'chat-arena', word: chatWord, reward: chatReward, best: 3, interchangeable: (type) => [[4, 5], [1, 3, 4], [1, 2, 4], [1, 2, 3]][type] ?? [],
    write: (prompt, random) => {
      const system = SYSTEMS[random.integer(SYSTEMS.length)] ?? SYSTEMS[0];
      return { quality: system.quality, draft: write(system, prompt, random) };
    },
    written: { length: 5.9, score: 0.76 },
  },
];
