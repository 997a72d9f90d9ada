import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../../../src/core/experiment';

const MINIMAL = '{ "name": "n", "task": "summarisation", "arms": [{ "name": "online", "sampling": "online" }] }';

const withField = (field: string): string => MINIMAL.replace('}] }', `}],\n${field} }`);

function problemsOf(text: string): string[] {
  const parsed = parseExperiment(text);
  return parsed.ok ? [] : parsed.problems.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);
}

describe('parseExperiment', () => {
  it('fills in defaults', () => {
    const parsed = parseExperiment(MINIMAL);
    expect(parsed).toMatchObject({
      ok: true,
      experiment: {
        policy: 'small', beta: [0.1], seeds: [1, 2, 3], klBudget: 5, steps: 500, checkpoints: 10,
        arms: [{ objective: 'ipo', learningRate: 0.001 }],
        evaluation: { prompts: 512, pairs: 512, samples: 16 },
        stages: { pairs: 8000, proxySteps: 800 },
      },
    });
  });

  it.each([
    ['comments and a trailing comma', `// why\n${MINIMAL.replace('] }', '], /* no more */ }')}`],
    ['a byte order mark', `\ufeff${MINIMAL}`],
    ['carriage returns', MINIMAL.replaceAll(', ', ',\r\n')],
    ['a $schema', withField('"$schema": "x"')],
    ['explicit dimensions', withField('"policy": { "width": 8, "layers": 1, "heads": 2, "feedForward": 16 }')],
    ['own pairs', MINIMAL.replace('"summarisation"', '{ "pairs": "p.jsonl" }')],
  ])('accepts %s', (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    ['nothing', '', '1:1 : the file is empty; start from a template'],
    ['blanks only', ' \n ', '1:1 : the file is empty; start from a template'],
    ['a comment only', '// later', '1:9 : not valid JSON: value expected'],
    ['a missing comma', '{ "name": "n"\n  "task": "summarisation" }', '2:3 : not valid JSON: comma expected'],
    ['text after the end', `${MINIMAL} }`, '1:96 : not valid JSON: end of file expected'],
    ['no object', '[]', '1:1 : expected an object, not an empty array'],
    ['unknown field', withField('"sede": [1]'), '2:1 sede: unknown field "sede"; did you mean "seeds"?'],
    ['unknown field in an arm', MINIMAL.replace('"sampling"', '"smapling": 1, "sampling"'), '1:70 arms[0].smapling: unknown field "smapling"; did you mean "sampling"?'],
    ['unknown field in own pairs', MINIMAL.replace('"summarisation"', '{ "pairs": "p", "vocab": 99 }'), '1:40 task.vocab: unknown field "vocab"; did you mean "vocabulary"?'],
    ['unknown field like none', withField('"qqqqqq": 1'), '2:1 qqqqqq: unknown field "qqqqqq"; fields here are "$schema"'],
    ['a field given twice', withField('"steps": 1, "steps": 2'), '2:13 steps: field "steps" is given twice; keep one'],
    ['a missing field', '{ "task": "summarisation",\n "arms": [{ "name": "a", "sampling": "online" }] }', '1:1 name: field "name" is missing'],
    ['a missing task', '{ "name": "n", "arms": [{ "name": "a", "sampling": "online" }] }', '1:1 task: field "task" is missing: expected "summarisation" or "helpfulness" or "harmlessness" or "chat-arena", or expected an object'],
    ['a missing field of an arm', '{ "name": "n", "task": "summarisation", "arms": [{ "name": "a" }] }', '1:50 arms[0].sampling: field "sampling" is missing'],
    ['a wrong type', withField('"steps": "many"'), '2:10 steps: expected a number, not "many"'],
    ['a fraction for a count', withField('"steps": 1.5'), '2:10 steps: expected a whole number, not 1.5'],
    ['zero steps', withField('"steps": 0'), '2:10 steps: expected more than 0, not 0'],
    ['negative beta', withField('"beta": [0.1, -1]'), '2:15 beta[1]: expected more than 0, not -1'],
    ['no seeds', withField('"seeds": []'), '2:10 seeds: expected at least one, not an empty array'],
    ['an unknown word', withField('"backend": "gpu"'), '2:12 backend: expected "auto" or "wasm" or "tensorflow" or "onnx" or "cpu", not "gpu"'],
    ['a policy of no size', withField('"policy": "huge"'), '2:11 policy: expected "tiny" or "small" or "medium" or "large", or expected an object, not "huge"'],
    ['a policy half given', withField('"policy": { "width": 8, "layers": 1, "heads": 2 }'), '2:11 policy.feedForward: field "feedForward" is missing'],
    ['a learning rate of text', MINIMAL.replace('"online" }', '"online", "learningRate": "fast" }'), 'arms[0].learningRate: expected a number, or expected an array, not "fast"'],
    ['too small a vocabulary', MINIMAL.replace('"summarisation"', '{ "pairs": "p", "vocabulary": 3 }'), 'task.vocabulary: expected 64 or more, not 3'],
    ['a bad name', MINIMAL.replace('"n"', '"a/b"'), '1:11 name: use letters, digits, dot, dash, underscore; "a/b" has something else'],
    ['heads that do not share', withField('"policy": { "width": 10, "layers": 1, "heads": 4, "feedForward": 8 }'), '2:22 policy.width: width 10 is not a multiple of 4 heads'],
    ['two arms of one name', MINIMAL.replace('}]', '},\n{ "name": "online", "sampling": "offline" }]'), '2:11 arms[1].name: arm "online" is given twice; each run needs a name of its own'],
    ['a seed twice', withField('"seeds": [1, 2, 1]'), '2:17 seeds[2]: seed 1 is given twice; each run needs a name of its own'],
    ['__proto__', withField('"__proto__": 1'), 'unknown field "__proto__"'],
  ])('refuses %s, with the place', (_, text, expected) => {
    expect(problemsOf(text).join('\n')).toContain(expected);
  });

  it('names every problem at once, in the order of the text', () => {
    expect(problemsOf(withField('"steps": 0,\n"sede": 1,\n"klBudget": -1'))).toHaveLength(3);
    expect(problemsOf(withField('"steps": 0,\n"sede": 1,\n"klBudget": -1')).map((problem) => problem[0])).toEqual(['2', '3', '4']);
  });

  it('survives any text, and every place lies within it', () => {
    const mutated = fc.tuple(fc.nat(MINIMAL.length), fc.nat(8), fc.string({ maxLength: 6 })).map(([at, cut, put]) => MINIMAL.slice(0, at) + put + MINIMAL.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), mutated), (text) => {
        const parsed = parseExperiment(text);
        if (parsed.ok) return;
        expect(parsed.problems.length).toBeGreaterThan(0);
        const lines = text.split(/\r\n|\n|\r/);
        for (const { line, column, message } of parsed.problems) {
          expect(message).not.toBe('');
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 2);
        }
      }),
      { numRuns: 500 },
    );
  });
});
