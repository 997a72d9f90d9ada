/** How online does one have to be? Semi-online and hybrid arms: Lanchantin et al. 2025, Song et al. 2024, and App. G's near-on-policy. */
import { peakDifference, seedContrast, type Selection } from '../effects';
import { ABLATION_BETA, baseExperiment, MAIN_TASK, semiOnlineExperiment, semiOnlineName, SYNC_INTERVALS } from '../experiments';
import { klFigure, levelFigure, peaksOf } from '../figures';
import { effectOf, judge } from '../judge';
import { levelText, overTheRun } from '../levels';
import { select } from '../selecting';
import type { Claim, Estimated, StudyFigure, StudyForm, StudyRuns, StudyTemplate } from '../types';
import { SAME } from './coverage';
import { armsOf } from './onlineOffline';

export const semiOnline: StudyTemplate = {
  name: 'semi-online',
  title: 'Semi-online and hybrid',
  source: 'App. G; Lanchantin et al. 2025; Song et al. 2024',
  finding: 'Approximately on-policy is enough: samples some steps old do as well as fresh ones; the older they are the more is lost. A KL term on own samples helps offline learning.',
  hypothesis: 'Most of what online gains is kept by samples from a copy of the policy, by batches half online, and less of it by the KL term alone.',
  question: 'How old may the samples be, and what do half-online batches or the online KL term alone give?',
  experiments: (form, seeds) => [baseExperiment(MAIN_TASK, { form, seeds }), semiOnlineExperiment({ form, seeds })],
  analyse: (runs, form) => ({ claims: claimsOf(runs, form), figures: figuresOf(runs, form), estimates: agesOf(runs, form), notes: [`One task (${MAIN_TASK}), β ${ABLATION_BETA}; the weight of the KL term was not tuned.`] }),
};

const pick = (runs: StudyRuns, form: StudyForm, arm: string): Selection => select(runs, { experiment: semiOnlineName(form), arm });

function claimsOf(runs: StudyRuns, form: StudyForm): Claim[] {
  const { online, offline } = armsOf(runs, MAIN_TASK, form, ABLATION_BETA);
  const intervals = SYNC_INTERVALS[form];
  const [shortest = 1, longest = 1] = [intervals[0], intervals.at(-1)];
  const [near, far, mixed, hypo] = [`sync-${shortest}`, `sync-${longest}`, 'mixed-half', 'hypo'].map((arm) => pick(runs, form, arm));
  if (!near || !far || !mixed || !hypo) return [];
  return [
    judge({ statement: `Samples up to ${shortest} steps old do as well as fresh ones.`, measured: `online − synced every ${shortest} steps, peak win rate`, side: SAME, unit: 'win rate', ...peakDifference(online, near) }),
    judge({ statement: `Samples up to ${longest} steps old do worse.`, measured: `synced every ${shortest} − every ${longest} steps, peak win rate`, side: { kind: 'above' }, unit: 'win rate', ...peakDifference(near, far) }),
    judge({ statement: `Even these do better than the offline data.`, measured: `synced every ${longest} steps − offline, peak win rate`, side: { kind: 'above' }, unit: 'win rate', ...peakDifference(far, offline) }),
    judge({ statement: 'Half-online batches do better than offline.', measured: 'mixed − offline, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peakDifference(mixed, offline) }),
    judge({ statement: 'The KL term on own samples helps the offline arm.', measured: 'HyPO − offline, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peakDifference(hypo, offline), also: 'Another weight of the term.' }),
  ];
}

/** How old the samples were, how far the policy had moved from their writer, and what was lost. */
function agesOf(runs: StudyRuns, form: StudyForm): Estimated[] {
  const { online, offline } = armsOf(runs, MAIN_TASK, form, ABLATION_BETA);
  const arms = [online, ...[...SYNC_INTERVALS[form].map((steps) => `sync-${steps}`), 'mixed-half'].map((arm) => pick(runs, form, arm)), offline];
  return arms.flatMap((arm) => {
    const mean = (metric: 'staleness' | 'offPolicyness') => seedContrast([{ ...arm, weight: 1, read: overTheRun(metric) }]).effect;
    const [age, off, peak] = [mean('staleness'), mean('offPolicyness'), arm === online ? undefined : peakDifference(arm, online).effect];
    if (age === undefined && off === undefined) return [];
    const effect = peak === undefined ? null : effectOf(peak, 'win rate');
    const parts = [
      ...(age === undefined ? [] : [`${age.value.toFixed(1)} steps old on average`]),
      ...(off === undefined ? [] : [`${levelText(off, 'nats/sequence')} from the policy (mean |log π/π_generator|)`]),
      ...(effect === null ? [] : [`peak less that of online ${effect.text}`]),
    ];
    return [{ name: `Age of the samples, ${arm.name}`, effect, because: `${parts.join('; ')}.` }];
  });
}

function figuresOf(runs: StudyRuns, form: StudyForm): StudyFigure[] {
  const { online, offline } = armsOf(runs, MAIN_TASK, form, ABLATION_BETA);
  const intervals = SYNC_INTERVALS[form];
  const [ofOnline, ofOffline, ofMixed, ofHypo, ...rest] = peaksOf([online, offline, pick(runs, form, 'mixed-half'), pick(runs, form, 'hypo'), ...intervals.map((steps) => pick(runs, form, `sync-${steps}`))]);
  const levels = [{ label: '1 (online)', value: ofOnline }, ...intervals.map((steps, i) => ({ label: String(steps), value: rest[i] })), { label: '∞ (offline)', value: ofOffline }];
  return [
    ...levelFigure({ id: 'semi-online-sync', title: `Age of the samples: ${MAIN_TASK}`, x: 'Steps between copies of the policy', across: [{ label: 'half-online batches', value: ofMixed }, { label: 'HyPO', value: ofHypo }], caption: 'Peak win rate with its 95% interval. Offline has golden labels and other prompts’ responses too: it is the end of the axis in name.' }, [{ name: 'semi-online', levels }]),
    ...klFigure({ id: 'semi-online-kl', title: 'Semi-online and hybrid arms', caption: 'A mark is a checkpoint of one run.' }, [online, offline, ...[`sync-${intervals.at(-1) ?? 1}`, 'mixed-half', 'hypo'].map((arm) => pick(runs, form, arm))]),
  ];
}
