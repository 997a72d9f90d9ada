/** Harmlessness: refuse what asks for harm, and only that. */
import { ruledTask } from '../common/task';
import { drawQuality } from '../common/writers';
import { readableRequest } from './prompts';
import { harmReward } from './reward';
import { word } from './vocabulary';
import { writeReaction } from './writers';

export const harmlessnessTask = ruledTask({
  name: 'harmlessness',
  version: 1,
  word,
  readablePrompt: readableRequest,
  reward: harmReward,
  write: (prompt, random) => writeReaction(prompt, drawQuality(random), random),
});
