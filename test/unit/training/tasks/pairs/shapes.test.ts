import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SKIP_REASONS } from '../../../../../src/training/tasks/pairs/problems';
import { isRefusal, parsePair } from '../../../../../src/training/tasks/pairs/shapes';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const dialogue = (...turns: string[]) => turns.map((text, i) => `\n\n${i % 2 === 0 ? 'Human' : 'Assistant'}: ${text}`).join('');

/** What a line becomes: [prompt, chosen, rejected]. */
const READ: readonly (readonly [why: string, line: object, pair: readonly [string, string, string]])[] = [
  ['HH, one turn', { chosen: dialogue('hi', 'hello'), rejected: dialogue('hi', 'go away') }, ['Human: hi', 'hello', 'go away']],
  ['HH, the last of three turns differs', { chosen: dialogue('a', 'b', 'c', 'd'), rejected: dialogue('a', 'b', 'c', 'e') }, ['Human: a\n\nAssistant: b\n\nHuman: c', 'd', 'e']],
  ['HH, one response begins like the other', { chosen: dialogue('a', 'yes'), rejected: dialogue('a', 'yes, but') }, ['Human: a', 'yes', 'yes, but']],
  ['HH, chosen goes on after the turn that differs', { chosen: dialogue('a', 'b', 'c', 'd'), rejected: dialogue('a', 'e') }, ['Human: a', 'b', 'e']],
  ['HH, both go on after the turn that differs', { chosen: dialogue('a', 'b', 'c', 'd'), rejected: dialogue('a', 'e', 'f', 'g') }, ['Human: a', 'b', 'e']],
  ['HH, two assistant turns in a row stay one response', { chosen: `${dialogue('a', 'b')}\n\nAssistant: c`, rejected: dialogue('a', 'd') }, ['Human: a', 'b\n\nAssistant: c', 'd']],
  ['HH, a response that only mentions the other speaker', { chosen: dialogue('a', 'Human: b'), rejected: dialogue('a', 'c') }, ['Human: a', 'Human: b', 'c']],
  ['HH with CRLF', { chosen: dialogue('a', 'b').replaceAll('\n', '\r\n'), rejected: dialogue('a', 'c').replaceAll('\n', '\r\n') }, ['Human: a', 'b', 'c']],
  ['HH next to a prompt column that repeats it', { prompt: 'a', chosen: dialogue('a', 'b'), rejected: dialogue('a', 'c') }, ['Human: a', 'b', 'c']],
  ['strings', { prompt: 'Name a fruit.', chosen: ' apple ', rejected: 'hammer', id: 7 }, ['Name a fruit.', 'apple', 'hammer']],
  ['strings, the prompt ends with the cue', { prompt: '\n\nHuman: a\n\nAssistant:', chosen: 'b', rejected: 'c' }, ['Human: a', 'b', 'c']],
  ['a prompt list with strings', { prompt: [user('a')], chosen: 'b', rejected: 'c' }, ['Human: a', 'b', 'c']],
  ['lists with a prompt list', { prompt: [user('a'), assistant('b'), user('c')], chosen: [assistant('d')], rejected: [assistant('e')] }, ['Human: a\n\nAssistant: b\n\nHuman: c', 'd', 'e']],
  ['lists with a prompt string', { prompt: 'a', chosen: [assistant('d')], rejected: [assistant('e')] }, ['a', 'd', 'e']],
  ['implicit prompt', { chosen: [user('a'), assistant('b')], rejected: [user('a'), assistant('c')] }, ['Human: a', 'b', 'c']],
  ['implicit prompt with a system turn, prompt column ignored', { prompt: 'a', chosen: [{ role: 'system', content: 's' }, user('a'), assistant('b')], rejected: [{ role: 'system', content: 's' }, user('a'), assistant('c')] }, ['System: s\n\nHuman: a', 'b', 'c']],
  ['implicit prompt, chosen goes on', { chosen: [user('a'), assistant('b'), user('x'), assistant('y')], rejected: [user('a'), assistant('c')] }, ['Human: a', 'b', 'c']],
  ['text parts', { prompt: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }], chosen: 'b', rejected: 'c' }, ['Human: a', 'b', 'c']],
  ['null prompt is no prompt', { prompt: null, chosen: dialogue('a', 'b'), rejected: dialogue('a', 'c') }, ['Human: a', 'b', 'c']],
];

/** What a line is refused for. */
const REFUSED: readonly (readonly [why: string, line: unknown, skip: keyof typeof SKIP_REASONS])[] = [
  ['a number', 3, 'notAnObject'],
  ['null', null, 'notAnObject'],
  ['an array', [{ chosen: 'a', rejected: 'b' }], 'notAnObject'],
  ['no rejected', { prompt: 'a', chosen: 'b' }, 'missingField'],
  ['an empty object', {}, 'missingField'],
  ['a number as chosen', { prompt: 'a', chosen: 3, rejected: 'b' }, 'wrongType'],
  ['an object as prompt', { prompt: { text: 'a' }, chosen: 'c', rejected: 'b' }, 'wrongType'],
  ['a list and a string', { prompt: 'a', chosen: [assistant('b')], rejected: 'c' }, 'wrongType'],
  ['an unknown role', { prompt: [{ role: 'tool', content: 'a' }], chosen: 'b', rejected: 'c' }, 'wrongType'],
  ['an image', { prompt: [{ role: 'user', content: [{ type: 'image' }] }], chosen: 'b', rejected: 'c' }, 'wrongType'],
  ['strings without prompt or dialogue', { chosen: 'b', rejected: 'c' }, 'noAssistantTurn'],
  ['dialogues about different things', { chosen: dialogue('a', 'b'), rejected: dialogue('c', 'd') }, 'noAssistantTurn'],
  ['dialogues that part in a later human turn', { chosen: dialogue('a', 'b', 'c', 'd'), rejected: dialogue('a', 'b', 'x', 'y') }, 'promptsDiffer'],
  ['lists that part in a later user turn', { chosen: [user('a'), assistant('b'), user('c')], rejected: [user('a'), assistant('b'), user('d')] }, 'promptsDiffer'],
  ['lists without a shared beginning', { chosen: [user('a'), assistant('b')], rejected: [user('c'), assistant('d')] }, 'promptsDiffer'],
  ['responses without a prompt', { chosen: [assistant('b')], rejected: [assistant('c')] }, 'missingField'],
  ['a blank prompt', { prompt: ' \n', chosen: 'b', rejected: 'c' }, 'emptyPrompt'],
  ['a blank response', { prompt: 'a', chosen: 'b', rejected: ' ' }, 'emptyResponse'],
  ['HH with an empty last turn', { chosen: dialogue('a', ''), rejected: dialogue('a', 'b') }, 'emptyResponse'],
  ['an empty list', { prompt: 'a', chosen: [], rejected: [assistant('b')] }, 'emptyResponse'],
  ['identical strings', { prompt: 'a', chosen: 'b', rejected: 'b ' }, 'identical'],
  ['identical dialogues', { chosen: dialogue('a', 'b'), rejected: dialogue('a', 'b') }, 'identical'],
  ['identical lists', { chosen: [user('a'), assistant('b')], rejected: [user('a'), assistant('b')] }, 'identical'],
  ['a dialogue and its continuation', { chosen: dialogue('a', 'b'), rejected: dialogue('a', 'b', 'c', 'd') }, 'identical'],
];

describe('shapes of a line', () => {
  test.each(READ)('reads %s', (_why, line, [prompt, chosen, rejected]) => {
    expect(parsePair(JSON.stringify(line))).toEqual({ prompt, chosen, rejected });
  });

  test.each(REFUSED)('refuses %s', (_why, line, skip) => {
    expect(parsePair(JSON.stringify(line))).toMatchObject({ skip });
  });

  test('says where JSON breaks', () => {
    expect(parsePair('{"chosen": "a", ')).toMatchObject({ skip: 'notJson', detail: expect.stringContaining('JSON') as string });
  });

  test('any text is either a usable pair or refused with a known reason', () => {
    const anyContent = fc.oneof(fc.string(), fc.constantFrom('\n\nHuman: a\n\nAssistant: b', '\n\nAssistant:', ''));
    const anyField = fc.oneof(anyContent, fc.jsonValue(), fc.array(fc.record({ role: fc.constantFrom('user', 'assistant', 'x'), content: anyContent })));
    const line = fc.oneof(fc.string(), fc.json(), fc.record({ prompt: anyField, chosen: anyField, rejected: anyField }, { requiredKeys: [] }).map((v) => JSON.stringify(v)));
    fc.assert(fc.property(line, (text) => {
      const pair = parsePair(text);
      if (isRefusal(pair)) expect(SKIP_REASONS).toHaveProperty(pair.skip);
      else for (const part of [pair.prompt, pair.chosen, pair.rejected]) expect(part.trim()).not.toBe('');
    }), { numRuns: 500 });
  });
});
