/** Online against offline on every task: Fig. 1. */
import { meanGap, peakDifference, type Selection } from '../effects';
import { baseExperiment, baseName, TASKS, type TaskName } from '../experiments';
import { klFigure } from '../figures';
import { judge } from '../judge';
import { select } from '../selecting';
import type { Claim, Findings, StudyForm, StudyRuns, StudyTemplate } from '../types';

export const onlineOffline: StudyTemplate = {
  name: 'online-offline',
  title: 'Online against offline',
  source: 'Fig. 1, section 4',
  finding: 'At equal KL online is above offline, and its peak is higher, on all four tasks; by less on harmlessness and chat arena.',
  hypothesis: 'With the same data, loss and settings, who writes the responses decides: the online arm wins more, both at its peak and at the same KL.',
  question: 'Does online IPO reach a higher win rate than offline IPO, and does it at the same distance from the reference policy?',
  experiments: (form, seeds) => TASKS.map((task) => baseExperiment(task, { form, seeds })),
  analyse,
};

function analyse(runs: StudyRuns, form: StudyForm): Findings {
  const tasks = TASKS.map((task) => ({ task, ...armsOf(runs, task, form) }));
  return {
    claims: tasks.flatMap(({ task, online, offline }) => claimsOf(task, online, offline)),
    figures: tasks.flatMap(({ task, online, offline }) =>
      klFigure({ id: `online-offline-${task}`, title: `Online against offline: ${task}`, caption: 'A mark is a checkpoint of one run with its 95% interval; the line is the fit in √KL with its bootstrap band.' }, [online, offline]),
    ),
    notes: ['Both arms have the same settings and as many of them (two β, one learning rate). The paper sweeps the offline arm alone, which favours it.'],
  };
}

export function armsOf(runs: StudyRuns, task: TaskName, form: StudyForm, beta?: number): { readonly online: Selection; readonly offline: Selection } {
  const pick = (arm: string): Selection => select(runs, { experiment: baseName(task, form), arm, ...(beta === undefined ? {} : { beta }) });
  return { online: pick('online'), offline: pick('offline') };
}

function claimsOf(task: TaskName, online: Selection, offline: Selection): Claim[] {
  const [peak, mean] = [peakDifference(online, offline), meanGap(online, offline)];
  return [
    judge({ statement: `On ${task} online reaches the higher peak.`, measured: 'online − offline, peak win rate', side: { kind: 'above' }, unit: 'win rate', ...peak }),
    judge({ statement: `On ${task} online is ahead at the same KL.`, measured: 'online − offline, mean win rate at matched KL', side: { kind: 'above' }, unit: 'win rate', ...mean }),
  ];
}
