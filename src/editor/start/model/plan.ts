/** What a start means, in words: said before it happens. */
import { expandExperiment, type Experiment } from '../../../core/experiment';
import type { Draft } from './fields';

/** `6 runs: 2 arms × 3 seeds, 500 steps each` */
export function describeRuns(experiment: Experiment): string {
  const runs = expandExperiment(experiment, (path) => path).length;
  const { arms, beta, seeds, steps } = experiment;
  const rates = new Set(arms.flatMap((arm) => [arm.learningRate].flat())).size;
  const factors = [count(arms.length, 'arm'), ...(rates > 1 ? [count(rates, 'learning rate')] : []), ...(beta.length > 1 ? [count(beta.length, 'β', 'β')] : []), count(seeds.length, 'seed')];
  return `${count(runs, 'run')}: ${factors.join(' × ')}, ${count(steps, 'step')} each`;
}

export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** The resolved file as it is kept with the runs, so that they explain themselves without the file that they came from. */
export function experimentText({ experiment }: Draft, origin: string): string {
  return `// Resolved copy, written when the experiment was started from ${origin.replace(/\s+/g, ' ')}.\n${JSON.stringify(experiment, null, 2)}\n`;
}
