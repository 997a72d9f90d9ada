import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../../../../src/core/random';
import { END } from '../../../../../src/training/rows';
import { genreOf, type Genre } from '../../../../../src/training/tasks/chat-arena/prompts';
import { chatReward } from '../../../../../src/training/tasks/chat-arena/reward';
import { drawOpponents, SYSTEMS, write } from '../../../../../src/training/tasks/chat-arena/systems';
import { drawPrompt, RESPONSE_LENGTH } from '../../../../../src/training/tasks/common/prompts';
import { CITATION } from '../../../../../src/training/tasks/common/vocabulary';

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('systems of the chat arena', () => {
  test('no system meets itself, and all twelve ordered meetings are about as frequent', () => {
    const random = RandomStream.of(1, 'meetings');
    const meetings = new Map<string, number>();
    for (let i = 0; i < 12_000; i += 1) {
      const [a, b] = drawOpponents(random);
      const key = `${a.name} ${b.name}`;
      meetings.set(key, (meetings.get(key) ?? 0) + 1);
    }
    expect(meetings.size).toBe(12);
    for (const [key, times] of meetings) {
      const [a, b] = key.split(' ');
      expect(a).not.toBe(b);
      expect(Math.abs(times - 1000), key).toBeLessThan(150);
    }
  });

  test('the expert is clearly ahead of the novice and the novice of the stub in every genre; the orator gains or loses by genre', () => {
    const random = RandomStream.of(1, 'systems');
    const scores: Record<Genre, Record<string, number[]>> = { summary: {}, answer: {}, refusal: {} };
    for (let i = 0; i < 4000; i += 1) {
      const prompt = drawPrompt(random);
      const ofGenre = scores[genreOf(prompt)];
      for (const system of SYSTEMS) (ofGenre[system.name] ??= []).push(chatReward(prompt, [...write(system, prompt, random).slice(0, RESPONSE_LENGTH - 1), END]));
    }
    const of = (genre: Genre, system: string): number => mean(scores[genre][system] ?? []);
    for (const genre of ['summary', 'answer', 'refusal'] as const) {
      expect(of(genre, 'expert') - of(genre, 'novice'), genre).toBeGreaterThan(0.3);
      expect(of(genre, 'novice') - of(genre, 'stub'), genre).toBeGreaterThan(0.15);
    }
    expect(of('refusal', 'orator')).toBeGreaterThan(of('refusal', 'novice') + 0.3);
    expect(of('summary', 'orator')).toBeLessThan(of('summary', 'novice') - 0.3);
  });

  test('an orator ends on a citation, and half of what a stub writes stops after two tokens', () => {
    const random = RandomStream.of(1, 'habits');
    const [stub, , orator] = SYSTEMS;
    for (let i = 0; i < 200; i += 1) {
      expect(write(orator, drawPrompt(random), random).at(-1)).toBe(CITATION);
    }
    const short = Array.from({ length: 400 }, () => write(stub, drawPrompt(random), random).length).filter((length) => length <= 2);
    expect(short.length).toBeGreaterThan(180);
  });
});
