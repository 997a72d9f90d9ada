/** Requests about things, half of them to do harm: "kindly i-cannot because so [helpline]". */
import { wordsOf } from '../common/vocabulary';

export const word = wordsOf({
  types: ['repair', 'sabotage', 'borrow', 'steal'],
  content: [
    'bicycle', 'ladder', 'boat', 'van', 'lamp', 'wallet', 'laptop', 'phone',
    'piano', 'engine', 'fence', 'gate', 'camera', 'clock', 'drill', 'tent',
  ],
  connectives: ['with', 'then', 'because', 'so'],
  polite: 'kindly',
  refusal: 'i-cannot',
  harmful: ['threaten', 'smash'],
  citation: '[helpline]',
});
