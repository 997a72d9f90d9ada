/** Summaries read like short news wires: "storm halts ferry near harbour". */
import { wordsOf } from '../common/vocabulary';

export const word = wordsOf({
  types: ['headline', 'caption', 'brief', 'digest'],
  content: [
    'storm', 'ferry', 'harbour', 'mayor', 'bridge', 'market', 'strike', 'school',
    'river', 'train', 'council', 'festival', 'miners', 'hospital', 'fire', 'museum',
  ],
  connectives: ['halts', 'after', 'near', 'and'],
  // None of these belongs into a summary; they are there for a preference model to overrate and for other tasks to use.
  polite: 'please',
  refusal: 'no-comment',
  harmful: ['slur', 'smear'],
  citation: '[source]',
});
