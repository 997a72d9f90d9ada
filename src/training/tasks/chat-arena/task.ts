/** Chat arena: two of four very different systems meet, and the rule depends on what the prompt is about. */
import { ruledTask } from '../common/task';
import { readableChat } from './prompts';
import { chatReward } from './reward';
import { drawOpponents, drawSystem, write } from './systems';
import { word } from './vocabulary';

export const chatArenaTask = ruledTask({
  name: 'chat-arena',
  version: 1,
  word,
  readablePrompt: readableChat,
  reward: chatReward,
  write: (prompt, random) => write(drawSystem(random), prompt, random),
  writeTwo: (prompt, random) => {
    const [first, second] = drawOpponents(random);
    return [write(first, prompt, random), write(second, prompt, random)];
  },
});
