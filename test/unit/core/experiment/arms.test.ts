/** Arms: what each sampling may say, what it may not and why, and what becomes of it in a run's configuration. */
import { describe, expect, it } from 'vitest';
import { expandExperiment, parseExperiment } from '../../../../src/core/experiment';
import { stagesOfAll } from '../../../../src/core/experiment/stages';

const text = (arm: string, rest = ''): string => `{ "name": "n", "task": "summarisation", "steps": 100, "seeds": [1],${rest}\n"arms": [{ "name": "a", ${arm} }] }`;

function problems(source: string): string[] {
  const parsed = parseExperiment(source);
  return parsed.ok ? [] : parsed.problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
}

function configs(source: string) {
  const parsed = parseExperiment(source);
  if (!parsed.ok) throw new Error(problems(source).join('\n'));
  return expandExperiment(parsed.experiment, (path) => path);
}

const OFFLINE = '"sampling": "offline"';

describe('an arm', () => {
  it.each([
    ['semi-online', '"sampling": "semi-online", "syncEvery": 10', { sampling: 'semi-online', syncEvery: 10 }],
    ['mixed with golden pairs', '"sampling": "mixed", "onlineShare": 0.5', { sampling: 'mixed', onlineShare: 0.5 }],
    ['all online by share', '"sampling": "mixed", "onlineShare": 1', { onlineShare: 1 }],
    ['HyPO', `${OFFLINE}, "objective": "dpo", "onPolicyKl": 0.2`, { objective: 'dpo', onPolicyKl: 0.2 }],
    ['RLHF', '"sampling": "online", "objective": "rloo"', { objective: 'rloo' }],
    ['RLHF on a synced copy', '"sampling": "semi-online", "syncEvery": 4, "objective": "rloo"', { objective: 'rloo' }],
    ['β and steps of its own', `${OFFLINE}, "beta": [0.5], "steps": 400`, { beta: 0.5, steps: 400, checkpointSteps: [0, 40, 80, 120, 160, 200, 240, 280, 320, 360, 400] }],
    [
      'ordered replay of the run with its own settings', `${OFFLINE}, "objective": "slic", "learningRate": 0.002, "data": { "kind": "replay", "order": "ordered" }`,
      { data: { kind: 'replay', order: 'ordered', recording: { objective: 'slic', beta: 0.1, learningRate: 0.002, steps: 100, weightsAt: [20, 100] } } },
    ],
    [
      'replay within windows of another run, for longer than it was', `${OFFLINE}, "steps": 500, "data": { "kind": "replay", "order": { "window": 4 }, "source": { "beta": 0.03, "objective": "rloo" } }`,
      { steps: 500, data: { kind: 'replay', order: { window: 4 }, recording: { objective: 'rloo', beta: 0.03, learningRate: 0.001, steps: 100, weightsAt: [20, 100] } } },
    ],
    [
      'pairs of two policies', `${OFFLINE}, "data": { "kind": "policies", "policies": ["early", "sft"], "earlyStep": 30 }`,
      { data: { kind: 'policies', policies: [{ name: 'early', step: 30 }, { name: 'sft', step: 0 }], recording: { objective: 'ipo', beta: 0.1, learningRate: 0.001, steps: 100, weightsAt: [20, 30, 100] } } },
    ],
  ])('may be %s', (_, arm, expected) => {
    expect(configs(text(arm))[0]?.config).toMatchObject(expected);
  });

  it('may have shared stages of its own seed, which are then other stages', () => {
    const runs = configs('{ "name": "n", "task": "summarisation", "seeds": [0, 4], "stages": { "dataSeed": "seed" }, "arms": [{ "name": "a", "sampling": "online" }] }');
    expect(runs.map(({ config }) => config.stages.dataSeed)).toEqual([0, 4]);
    const stages = stagesOfAll(runs.map(({ config }) => config)).map(({ id, needs }) => [id, needs]);
    expect(stages).toContainEqual(['sft', ['data']]);
    expect(stages).toContainEqual(['sft data 4', ['data data 4']]);
    expect(stages).toHaveLength(10);
    expect(problems('{ "name": "n", "task": "summarisation", "stages": { "dataSeed": "run" }, "arms": [{ "name": "a", "sampling": "online" }] }').join()).toMatch(/stages\.dataSeed.*seed/);
  });

  it('has no field in its configuration that it does not use: plans on disk stay the same plans', () => {
    const [run] = configs(text(`${OFFLINE}, "data": { "kind": "golden" }`));
    expect(Object.keys(run?.config ?? {}).sort()).toEqual([
      'arm', 'backend', 'batchSize', 'beta', 'checkpointSteps', 'evaluation', 'experiment', 'klBudget', 'learningRate',
      'objective', 'policy', 'sampling', 'seed', 'stages', 'steps', 'task',
    ]);
  });

  it.each([
    ['data of its own online', '"sampling": "online", "data": { "kind": "golden" }', '2:55 arms[0].data: "data" is for "offline" and "mixed" arms: an arm with "sampling": "online" makes its own pairs; leave it out'],
    ['a copy to sync offline', `${OFFLINE}, "syncEvery": 3`, '"syncEvery" is for "semi-online" arms: an arm with "sampling": "offline" keeps no copy to refresh; leave it out'],
    ['a share without a mixture', `${OFFLINE}, "onlineShare": 0.5`, '"onlineShare" is for "mixed" arms'],
    ['KL on its own samples online', '"sampling": "online", "onPolicyKl": 1', 'has samples of the policy in its loss already'],
    ['semi-online without an interval', '"sampling": "semi-online"', '2:37 arms[0].sampling: a semi-online arm needs "syncEvery"'],
    ['a mixture without a share', '"sampling": "mixed"', 'a mixed arm needs "onlineShare"'],
    ['a share beyond all', '"sampling": "mixed", "onlineShare": 1.5', 'arms[0].onlineShare: expected 1 or less, not 1.5'],
    ['a share that is no pair', '"sampling": "mixed", "onlineShare": 0.01', "a share of 0.01 is 0 of the batch's 32 pairs; choose one that leaves a pair for each side"],
    ['policy gradient on fixed pairs', `${OFFLINE}, "objective": "rloo"`, 'arms[0].objective: "rloo" is a policy gradient: it needs rewarded samples of the policy itself, which "offline" pairs are not'],
    ['policy gradient on a mixture', '"sampling": "mixed", "onlineShare": 0.5, "objective": "rloo"', 'which "mixed" pairs are not'],
    ['Best-of-2 at several β', `${OFFLINE}, "objective": "best-of-2", "beta": [0.1, 0.2]`, '"best-of-2" has no β, so its 2 settings would be the same run'],
    ['an objective that is none', `${OFFLINE}, "objective": "ppo"`, 'expected "ipo" or "ipo-azar" or "dpo" or "slic" or "best-of-2" or "rloo", not "ppo"'],
    ['data of no kind', `${OFFLINE}, "data": { "order": "ordered" }`, '2:56 arms[0].data.kind: field "kind" is missing: expected "golden" or "replay" or "policies"'],
    ['data of an unknown kind', `${OFFLINE}, "data": { "kind": "replays" }`, '2:66 arms[0].data.kind: expected "golden" or "replay" or "policies", not "replays"'],
    ['a replay in no order', `${OFFLINE}, "data": { "kind": "replay" }`, 'arms[0].data.order: field "order" is missing'],
    ['a window of nothing', `${OFFLINE}, "data": { "kind": "replay", "order": { "window": 0 } }`, 'arms[0].data.order.window: expected more than 0, not 0'],
    ['a slip in the data', `${OFFLINE}, "data": { "kind": "replay", "order": "ordered", "sorce": {} }`, 'unknown field "sorce"; did you mean "source"?'],
    ['a slip in the source', `${OFFLINE}, "data": { "kind": "replay", "order": "ordered", "source": { "bta": 1 } }`, 'unknown field "bta"; did you mean "beta"?'],
    ['one policy', `${OFFLINE}, "data": { "kind": "policies", "policies": ["sft"] }`, 'arms[0].data.policies: expected at least two, not an array'],
    ['three policies', `${OFFLINE}, "data": { "kind": "policies", "policies": ["sft", "sft", "sft"] }`, 'arms[0].data.policies: expected at most 2, not an array'],
    ['a policy of no age', `${OFFLINE}, "data": { "kind": "policies", "policies": ["sft", "late"] }`, 'arms[0].data.policies[1]: expected "final" or "early" or "sft", not "late"'],
    ['an early step without an early policy', `${OFFLINE}, "data": { "kind": "policies", "policies": ["sft", "final"], "earlyStep": 3 }`, 'no policy of this data is "early"'],
    ['an early step after the end', `${OFFLINE}, "data": { "kind": "policies", "policies": ["sft", "early"], "earlyStep": 100 }`, 'the recorded run has 100 steps; take an earlier one (20 by default)'],
    ['β twice', `${OFFLINE}, "beta": [0.1, 0.1]`, 'arms[0].beta[1]: beta 0.1 is given twice'],
  ])('may not have %s', (_, arm, expected) => {
    expect(problems(text(arm)).join('\n')).toContain(expected);
  });
});

describe('stages', () => {
  it('may give proxy and opponent a size of their own', () => {
    const source = text('"sampling": "online"', ' "policy": "large", "stages": { "proxyPairs": 500, "proxyPolicy": "tiny", "opponentPolicy": { "width": 8, "layers": 1, "heads": 2, "feedForward": 8 } },');
    expect(configs(source)[0]?.config).toMatchObject({
      policy: { width: 128, layers: 2 },
      stages: { proxyPairs: 500, proxyPolicy: { width: 16, layers: 1 }, opponentPolicy: { width: 8, layers: 1 } },
    });
  });

  it.each([
    ['heads that do not share', '"proxyPolicy": { "width": 9, "layers": 1, "heads": 2, "feedForward": 8 }', 'stages.proxyPolicy.width: width 9 is not a multiple of 2 heads'],
    ['an unknown size', '"opponentPolicy": "huge"', 'stages.opponentPolicy: expected "tiny" or "small" or "medium" or "large", or expected an object, not "huge"'],
    ['a proxy of one pair', '"proxyPairs": 1', 'stages.proxyPairs: expected 2 or more, not 1'],
  ])('may not have %s', (_, field, expected) => {
    expect(problems(text('"sampling": "online"', ` "stages": { ${field} },`)).join('\n')).toContain(expected);
  });
});
