import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointSteps, expandExperiment, overrideExperiment, parseExperiment, type Experiment } from '../../../../src/core/experiment';
import { experimentJsonSchema } from '../../../../src/core/experiment/jsonSchema';

function experiment(fields: object = {}): Experiment {
  const parsed = parseExperiment(
    JSON.stringify({ name: 'study', task: 'summarisation', arms: [{ name: 'online', sampling: 'online' }, { name: 'offline', sampling: 'offline', learningRate: [3e-4, 1e-3] }], ...fields }),
  );
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join());
  return parsed.experiment;
}

describe('expandExperiment', () => {
  it('makes a run of every arm, learning rate, beta and seed', () => {
    const runs = expandExperiment(experiment({ beta: [0.1, 0.03], seeds: [1, 2] }), (path) => path);
    expect(runs.map(({ name }) => name)).toEqual([
      'online-b0.1-s1', 'online-b0.1-s2', 'online-b0.03-s1', 'online-b0.03-s2',
      'offline-lr0.0003-b0.1-s1', 'offline-lr0.0003-b0.1-s2', 'offline-lr0.0003-b0.03-s1', 'offline-lr0.0003-b0.03-s2',
      'offline-lr0.001-b0.1-s1', 'offline-lr0.001-b0.1-s2', 'offline-lr0.001-b0.03-s1', 'offline-lr0.001-b0.03-s2',
    ]);
    expect(runs[4]?.config).toMatchObject({ experiment: 'study', arm: 'offline', sampling: 'offline', learningRate: 3e-4, beta: 0.1, seed: 1 });
  });

  it('resolves sizes and the pairs path, and leaves nothing open', () => {
    const [run] = expandExperiment(experiment({ policy: 'tiny', task: { pairs: 'p.jsonl' } }), (path) => `/data/${path}`);
    expect(run?.config.policy).toEqual({ width: 16, layers: 1, heads: 2, feedForward: 32 });
    expect(run?.config.task).toMatchObject({ pairs: '/data/p.jsonl', vocabulary: 384 });
    expect(JSON.parse(JSON.stringify(run?.config))).toEqual(run?.config);
  });
});

describe('checkpointSteps', () => {
  it.each([
    [500, 10, [0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500]],
    [10, 3, [0, 3, 7, 10]],
    [2, 10, [0, 1, 2]],
    [1, 1, [0, 1]],
  ])('%i steps, %i checkpoints', (steps, checkpoints, expected) => {
    expect(checkpointSteps(steps, checkpoints)).toEqual(expected);
  });

  it.each([
    { name: 'a list is taken as it is, with step 0 and the end', steps: 100, listed: [10, 20, 50], expected: [0, 10, 20, 50, 100] },
    { name: 'order and repetition do not matter', steps: 100, listed: [50, 10, 50], expected: [0, 10, 50, 100] },
    { name: 'what lies beyond the end is left out', steps: 30, listed: [10, 20, 50], expected: [0, 10, 20, 30] },
  ])('$name', ({ steps, listed, expected }) => {
    expect(checkpointSteps(steps, listed)).toEqual(expected);
  });

  it('ascends strictly from 0 to the end, evenly to within a step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 200 }), (steps, checkpoints) => {
        const found = checkpointSteps(steps, checkpoints);
        expect(found[0]).toBe(0);
        expect(found.at(-1)).toBe(steps);
        const gaps = found.slice(1).map((step, i) => step - (found[i] ?? 0));
        expect(Math.min(...gaps)).toBeGreaterThan(0);
        expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('overrideExperiment', () => {
  it('changes what is given and keeps the rest', () => {
    const before = experiment();
    const after = overrideExperiment(before, { seeds: [7], steps: 20, learningRate: 0.01, evaluationPrompts: 64, beta: undefined });
    expect(after).toEqual({
      ...before,
      seeds: [7],
      steps: 20,
      arms: before.arms.map((arm) => ({ ...arm, learningRate: 0.01 })),
      evaluation: { ...before.evaluation, prompts: 64 },
    });
    expect(overrideExperiment(before, {})).toEqual(before);
  });
});

describe('experimentJsonSchema', () => {
  it('says to the editor what the parser says', () => {
    const schema = experimentJsonSchema() as { required: string[]; additionalProperties: boolean; properties: Record<string, { description?: string }> };
    expect(schema.required).toEqual(['name', 'task', 'arms']);
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties)).toContain('klBudget');
    expect(schema.properties.klBudget?.description).toBe('Nats per sequence');
  });
});
