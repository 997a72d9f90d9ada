/** The pairs and the template that we ship: they must keep working together. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../../src/core/experiment';
import { RandomStream } from '../../../../src/core/random';
import { loadTask } from '../../../../src/training/tasks';

const media = (path: string): URL => new URL(`../../../../media/${path}`, import.meta.url);

describe('the template for the user\'s own pairs', () => {
  test('is valid, and its task loads with every pair usable', async () => {
    const template = media('templates/your-own-pairs.alignment.json');
    const parsed = parseExperiment(await readFile(template, 'utf8'));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { task: spec } = parsed.experiment;
    if (typeof spec === 'string') throw new Error('the template names a built-in task');
    const task = await loadTask({ ...spec, pairs: fileURLToPath(new URL(spec.pairs, template)) });
    const data = await task.data({ pairs: 1, heldOutPairs: 512, pretrainingResponses: 1 }, RandomStream.of(0, 'data'));
    expect(task.problems).toEqual([]);
    expect(data.facts).toMatchObject({ linesRead: 60, pairsUsed: 60, shareOfUnknownTokens: 0 });
    expect(data.heldOut.chosen.rows).toBe(12);
    expect(task.goldenScores).toBeUndefined();
    // Most responses must fit, or the sample shows the cut and not the text.
    expect(Number(data.facts['shareOfResponsesCut'])).toBeLessThan(0.35);
  });
});
