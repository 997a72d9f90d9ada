/** What must be the same in all runs for a KL or a win rate to mean the same in all, and what it is measured on. */
import { klNotes } from '../run/comparable';
import type { Run } from '../run/types';

export function sameNotes(runs: readonly Run[]): string[] {
  const different = (kind: string, ...settings: readonly string[]): boolean => isDifferent(runs, kind, settings);
  return [
    ...(different('sft', 'policy', 'stages.pretrainingSteps', 'stages.sftSteps') ? ['The runs started from different reference policies: their KLs are not measured from the same point.'] : []),
    ...(different('golden-policy', 'stages.goldenPolicySteps', 'stages.goldenPolicyBeta', 'stages.opponentPolicy') ? ['The runs were judged against different golden policies: their win rates have different opponents.'] : []),
    ...(different('golden', 'task', 'stages.goldenSteps') ? ['The runs were judged by different golden preference models: their win rates are not of one scale.'] : []),
    ...klNotes(runs),
  ];
}

/** Seeds that draw their own stages differ in them by design: what counts is whether the runs of one seed agree. */
function isDifferent(runs: readonly Run[], kind: string, settings: readonly string[]): boolean {
  const draws = new Set(runs.map(drawOf));
  return [...draws].some((draw) => isDifferentWithin(runs.filter((run) => drawOf(run) === draw), kind, settings));
}

function drawOf({ config, seed }: Run): number | undefined {
  return valueAt(config, 'stages.dataSeed') === seed ? seed : undefined;
}

/** By the digests of a shared stage where all runs name theirs; else, as of runs that have not started, by the settings that shape it. */
function isDifferentWithin(runs: readonly Run[], kind: string, settings: readonly string[]): boolean {
  const digests = runs.map(({ environment }) => valueAt(environment, `artefacts.${kind}`));
  const known = digests.filter((digest) => digest !== undefined);
  if (new Set(known).size > 1) return true;
  if (known.length === runs.length) return false;
  const own = runs.filter(({ source }) => source === 'alignment-gap');
  return new Set(own.map(({ config }) => JSON.stringify(settings.map((path) => valueAt(config, path) ?? null)))).size > 1;
}

const valueAt = (settings: Readonly<Record<string, unknown>>, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined), settings);

/** Below a hundred a single win rate is not known to ten points either way. */
const FEW_PROMPTS = 100;

export function fewPromptsNotes(runs: readonly Run[]): string[] {
  const counts = runs.flatMap(({ checkpoints }) => checkpoints.flatMap(({ metrics: { winRate } }) => winRate?.n ?? []));
  const fewest = Math.min(...counts);
  if (counts.length === 0 || fewest >= FEW_PROMPTS) return [];
  return [`Win rates rest on ${fewest} prompts: one of them alone is known to ±${((100 * 0.98) / Math.sqrt(fewest)).toFixed(0)} points at worst.`];
}
