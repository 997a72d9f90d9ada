/** Help with the household: what is asked about a mishap, and answers such as "gladly sponge from cellar [manual]". */
import { wordsOf } from '../common/vocabulary';

export const word = wordsOf({
  types: ['what', 'who', 'where', 'with-what'],
  content: [
    'leak', 'fuse', 'kettle', 'window', 'plumber', 'neighbour', 'landlord', 'painter',
    'cellar', 'kitchen', 'attic', 'garage', 'spanner', 'sponge', 'torch', 'tape',
  ],
  connectives: ['from', 'beside', 'then', 'because'],
  polite: 'gladly',
  refusal: 'cannot-say',
  harmful: ['idiot', 'nonsense'],
  citation: '[manual]',
});
