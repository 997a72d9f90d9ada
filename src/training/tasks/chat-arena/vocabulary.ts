/** Chats about anything: "sure tickets with seat [link]". */
import { wordsOf } from '../common/vocabulary';

export const word = wordsOf({
  types: ['recap', 'pick-second', 'pick-third', 'hack'],
  content: [
    'concert', 'tickets', 'seat', 'recipe', 'garlic', 'oven', 'holiday', 'beach',
    'passport', 'novel', 'chapter', 'essay', 'chess', 'match', 'account', 'password',
  ],
  connectives: ['with', 'or', 'about', 'plus'],
  polite: 'sure',
  refusal: 'no-way',
  harmful: ['leak-it', 'cheat'],
  citation: '[link]',
});
