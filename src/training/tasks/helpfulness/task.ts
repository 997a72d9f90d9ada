/** Helpfulness: answer what the type asks for, at once, with details, politely. */
import { ruledTask } from '../common/task';
import { drawQuality } from '../common/writers';
import { readableQuestion } from './prompts';
import { helpReward } from './reward';
import { word } from './vocabulary';
import { writeAnswer } from './writers';

export const helpfulnessTask = ruledTask({
  name: 'helpfulness',
  version: 1,
  word,
  readablePrompt: readableQuestion,
  reward: helpReward,
  write: (prompt, random) => writeAnswer(prompt, drawQuality(random), random),
});
