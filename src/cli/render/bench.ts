/** What was measured, and what a study will take by it. */
import { longEstimate, roughTime, type StudyEstimate } from '../../core/estimate';
import type { BenchDocument, BenchedBackend } from '../commands/bench';
import { oneLine, table } from './table';

export function benchText({ machine, backends, study }: BenchDocument): string {
  const parts = [
    `${oneLine(machine.cpu)}, ${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}, Node ${machine.node}\n`,
    speedTable(backends),
    backends.filter(({ available }) => !available).map(({ name, reason }) => `${name} cannot be used: ${oneLine(reason ?? 'no reason given')}\n`).join(''),
    ...(study === undefined ? [] : [stageTable(study), armTable(study), `${study.name}: ${longEstimate(study)}\n`]),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

const SPEED_COLUMNS = [
  { title: 'BACKEND' }, { title: 'POLICY' }, { title: 'LANGUAGE MODEL', align: 'right' }, { title: 'IPO', align: 'right' }, { title: 'SAMPLING', align: 'right' },
] as const;

function speedTable(backends: readonly BenchedBackend[]): string {
  const rows = backends.flatMap(({ name, policies = {} }) => Object.entries(policies).map(([policy, speeds]) => [name, policy, ...[speeds.languageModel, speeds.ipo, speeds.sampling].map(tokens)]));
  const kernels = backends.flatMap(({ name, kernels: text }) => (text === undefined ? [] : [`${name}: ${oneLine(text)}\n`])).join('');
  return rows.length === 0 ? '' : `${table(SPEED_COLUMNS, rows)}${kernels}`;
}

/** Three digits are what it is worth. */
const tokens = (perSecond: number): string => `${Number(perSecond.toPrecision(3)).toLocaleString('en-US')} tokens/s`;

const stepsText = (steps: number, seconds: number): string => (steps === 0 ? '–' : `${steps} × ${(1000 * seconds).toFixed(seconds < 0.01 ? 1 : 0)} ms`);

function stageTable({ stages }: StudyEstimate): string {
  const columns = [{ title: 'SHARED STAGE' }, { title: 'STEPS', align: 'right' }, { title: 'ALONE', align: 'right' }] as const;
  return table(columns, stages.map(({ name, steps, stepSeconds, seconds, isThere }) => [name, stepsText(steps, stepSeconds), isThere ? 'there already' : roughTime(seconds)]));
}

function armTable({ runs }: StudyEstimate): string {
  const columns = [{ title: 'ARM' }, { title: 'RUNS', align: 'right' }, { title: 'STEPS', align: 'right' }, { title: 'ALONE', align: 'right' }] as const;
  const arms = [...new Set(runs.map(({ arm }) => arm))];
  const rows = arms.flatMap((name) => {
    const own = runs.filter(({ arm }) => arm === name);
    const [first] = own;
    return first === undefined ? [] : [[name, String(own.length), stepsText(first.steps, first.stepSeconds), roughTime(first.seconds)]];
  });
  return table(columns, rows);
}
