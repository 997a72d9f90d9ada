/** Summarisation: cover the salient words, precisely and in order, at the length that the format asks for. */
import { ruledTask } from '../common/task';
import { drawQuality } from '../common/writers';
import { readablePrompt } from './prompts';
import { summaryReward } from './reward';
import { word } from './vocabulary';
import { writeSummary } from './writers';

export const summarisationTask = ruledTask({
  name: 'summarisation',
  version: 2,
  word,
  readablePrompt,
  reward: summaryReward,
  write: (prompt, random) => writeSummary(prompt, drawQuality(random), random),
});
