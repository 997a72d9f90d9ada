/** When does online pay? Online against offline at the same number of golden labels, and over sizes of the proxy: no paper's picture. */
import { crossingPoint, type Crossing } from '../crossing';
import { peakDifference, type Selection } from '../effects';
import { ABLATION_BETA, allLabels, baseExperiment, LABELS, labelsExperiment, labelsName, MAIN_TASK, proxySizeExperiment, proxySizeName, SIZES } from '../experiments';
import { levelFigure, peaksOf } from '../figures';
import { effectOf, judge } from '../judge';
import { select } from '../selecting';
import type { Claim, Estimated, StudyFigure, StudyForm, StudyRuns, StudyTemplate } from '../types';
import { armsOf } from './onlineOffline';

export const whenOnlinePays: StudyTemplate = {
  name: 'when-online-pays',
  title: 'When does online pay?',
  source: 'No figure; follows Gao et al. 2023, section 3, and the proxy of section 4',
  finding: 'No paper has it. The paper’s proxy learns from all golden labels; Gao et al. find proxies of few labels near chance, and larger proxies harder to over-optimise.',
  hypothesis: 'With few golden labels offline is ahead, with many online: between them lies a number from which online pays.',
  question: 'At equal numbers of golden labels, from which number on does the online arm reach the higher peak?',
  experiments: (form, seeds) => [
    baseExperiment(MAIN_TASK, { form, seeds }),
    ...LABELS[form].map((labels) => labelsExperiment(labels, { form, seeds })),
    ...otherProxies(form).map((size) => proxySizeExperiment(size, { form, seeds })),
  ],
  analyse: (runs, form) => {
    const levels = levelsOf(runs, form);
    const crossing = crossingPoint(levels.map(({ labels, online, offline }) => ({ labels, online: online.runs, offline: offline.runs })));
    return {
      claims: claimsOf(runs, form, levels),
      figures: [...labelsFigure(levels, crossing), ...proxyFigure(runs, form)],
      estimates: crossing === undefined ? [] : [crossingEstimate(crossing, levels)],
      notes: ['Online learns its proxy from the labels, offline learns from them itself; prompts without a label are free to both. Reference policy and opponent are the same at every number, and the opponent has all golden labels.'],
    };
  },
};

const otherProxies = (form: StudyForm) => SIZES[form].filter(({ isUsual }) => !isUsual);

interface Level {
  readonly labels: number;
  readonly online: Selection;
  readonly offline: Selection;
}

function levelsOf(runs: StudyRuns, form: StudyForm): Level[] {
  const swept = LABELS[form].map((labels): Level => {
    const pick = (arm: string): Selection => select(runs, { experiment: labelsName(labels, form), arm });
    return { labels, online: pick('online'), offline: pick('offline') };
  });
  return [...swept, { labels: allLabels(form), ...armsOf(runs, MAIN_TASK, form, ABLATION_BETA) }];
}

function claimsOf(runs: StudyRuns, form: StudyForm, levels: readonly Level[]): Claim[] {
  const [few, all] = [levels[0], levels.at(-1)];
  if (few === undefined || all === undefined) return [];
  const [small, large] = [otherProxies(form)[0], otherProxies(form).at(-1)];
  const proxy = (size: (typeof SIZES)[StudyForm][number]): Selection => select(runs, { experiment: proxySizeName(size, form), arm: 'online', as: size.label });
  const [fewDifference, allDifference] = [peakDifference(few.online, few.offline), peakDifference(all.online, all.offline)];
  return [
    judge({ statement: `With ${few.labels} golden labels offline is ahead.`, measured: 'online − offline, peak win rate', side: { kind: 'below' }, unit: 'win rate', ...fewDifference, also: 'Fewer labels still.' }),
    judge({ statement: `With all ${all.labels} golden labels online is ahead.`, measured: 'online − offline, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...allDifference, also: 'More labels.' }),
    judge({ statement: 'More labels raise the online peak.', measured: `online with ${all.labels} − with ${few.labels} labels, peak win rate`, side: { kind: 'above' }, unit: 'win rate', ...peakDifference({ ...all.online, name: 'all' }, few.online) }),
    ...(small === undefined || large === undefined || small === large ? [] : [
      judge({ statement: `A ${large.label} proxy is worth more than a ${small.label} one.`, measured: `online with a ${large.label} − with a ${small.label} proxy, peak win rate`, side: { kind: 'above' as const }, unit: 'win rate' as const, ...peakDifference(proxy(large), proxy(small)) }),
    ]),
  ];
}

function crossingEstimate(crossing: Crossing, levels: readonly Level[]): Estimated {
  const [first, last] = [levels[0]?.labels ?? 0, levels.at(-1)?.labels ?? 0];
  const found = Number.isNaN(crossing.value) ? null : effectOf(crossing, 'golden labels');
  const text = found === null ? `The arms do not cross between ${first} and ${last} labels; of the seeds drawn anew` : `Online passes offline at ${found.text}; of the seeds drawn anew`;
  const open = [...(crossing.isOpenBelow ? [`below ${first}`] : []), ...(crossing.isOpenAbove ? [`above ${last}`] : [])];
  const beyond = open.length === 0 ? '' : ` The interval is open ${open.join(' and ')}.`;
  return { name: 'Golden labels from which online pays', effect: found, because: `${text}, ${Math.round(100 * crossing.within)}% cross between these.${beyond}` };
}

function labelsFigure(levels: readonly Level[], crossing: Crossing | undefined): StudyFigure[] {
  const peaks = peaksOf(levels.flatMap(({ labels, online, offline }) => [{ ...online, name: `online ${labels}` }, { ...offline, name: `offline ${labels}` }]));
  const series = (['online', 'offline'] as const).map((name, arm) => ({ name, levels: levels.map(({ labels }, i) => ({ label: String(labels), value: peaks[2 * i + arm] })) }));
  const at = (labels: number): number => placeOf(labels, levels.map((level) => level.labels));
  const mark = crossing === undefined || Number.isNaN(crossing.value) ? {} : { mark: { label: `crossing, ${Math.round(crossing.value)} labels`, value: at(crossing.value), low: at(crossing.low), high: at(crossing.high) } };
  return levelFigure({ id: 'when-online-pays-labels', title: `Online against offline by golden labels: ${MAIN_TASK}`, x: 'Golden labels', caption: 'Peak win rate with its 95% interval. The full line is the crossing point, the dotted ones its 95% interval over seeds.', ...mark }, series);
}

/** Between levels the axis is logarithmic, as the crossing is read off. */
function placeOf(labels: number, levels: readonly number[]): number {
  const after = Math.max(1, levels.findIndex((level) => level >= labels));
  const [a = labels, b = labels] = [levels[after - 1], levels[after]];
  return after - 1 + (a === b ? 0 : Math.log(labels / a) / Math.log(b / a));
}

function proxyFigure(runs: StudyRuns, form: StudyForm): StudyFigure[] {
  const { online, offline } = armsOf(runs, MAIN_TASK, form, ABLATION_BETA);
  const picked = SIZES[form].map((size) => ({ ...(size.isUsual ? online : select(runs, { experiment: proxySizeName(size, form), arm: 'online' })), name: size.label }));
  const [ofOffline, ...peaks] = peaksOf([{ ...offline, name: 'the offline arm' }, ...picked]);
  return levelFigure(
    { id: 'when-online-pays-proxy', title: `Online by size of the proxy: ${MAIN_TASK}`, x: 'Size that the proxy derives from', across: [{ label: 'offline', value: ofOffline }], caption: 'All golden labels; only the proxy’s size changes. Peak win rate with its 95% interval.' },
    [{ name: 'online', levels: SIZES[form].map(({ label }, i) => ({ label, value: peaks[i] })) }],
  );
}
