/** The command line of `npm run bench`. */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { WORKLOADS } from '../workloads';

export const ENGINES = ['ours', 'plain', 'tfjs-node', 'onnx', 'pytorch', 'trl'] as const;
export type EngineName = (typeof ENGINES)[number];

export const USAGE = `npm run bench -- [options]
  --python FILE      the Python that has torch and trl (default: python3)
  --only LIST        engines, of ${ENGINES.join(',')}
  --workloads LIST   of ${WORKLOADS.join(',')}
  --rounds N         rounds of each workload (default 7)
  --budget MS        processor time that each engine gets a round (default 250)
  --core N           the core that the engines run on (where there is taskset; default: the last one)
  --json FILE        where the record goes (default: test-results/bench.json)
  --record           also write an entry of the history in docs/performance.md
  --help`;

export type Options = ReturnType<typeof readOptions>;

/** @throws Error naming what is wrong with the command line. */
export function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      python: { type: 'string', default: 'python3' },
      only: { type: 'string', default: ENGINES.join(',') },
      workloads: { type: 'string', default: WORKLOADS.join(',') },
      rounds: { type: 'string', default: '7' },
      budget: { type: 'string', default: '250' },
      core: { type: 'string', default: String(os.cpus().length - 1) },
      json: { type: 'string', default: 'test-results/bench.json' },
      record: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...values,
    // Ours is always there: ratios refer to it.
    only: chosen(`ours,${values.only}`, ENGINES),
    workloads: chosen(values.workloads, WORKLOADS),
    rounds: positive('--rounds', values.rounds),
    budget: positive('--budget', values.budget),
  };
}

function chosen<T extends string>(list: string, known: readonly T[]): T[] {
  const asked = new Set(list.split(','));
  const unknown = [...asked].find((name) => !known.some((one) => one === name));
  if (unknown !== undefined) throw new Error(`"${unknown}" is none of ${known.join(', ')}.`);
  return known.filter((name) => asked.has(name));
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${option} needs a number above 0, not "${text}".`);
  return value;
}
