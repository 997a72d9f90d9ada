/** Is it the contrastive loss? The same arms with Best-of-2: Fig. 9. */
import { peakContrast, peakDifference } from '../effects';
import { BEST_OF_2_TASKS, bestOf2Experiment, bestOf2Name, type TaskName } from '../experiments';
import { klFigure } from '../figures';
import { judge } from '../judge';
import { select } from '../selecting';
import type { Claim, StudyForm, StudyRuns, StudyTemplate } from '../types';

export const nonContrastive: StudyTemplate = {
  name: 'non-contrastive',
  title: 'A loss without contrast',
  source: 'Section 5.4, Fig. 9',
  finding: 'With Best-of-2 in place of IPO the gap stays on summarisation and helpfulness, not on chat arena; shuffled online data come close to online.',
  hypothesis: 'The contrastive loss is not the cause of the gap: a loss on the winners alone has it too.',
  question: 'Is there a gap between online and offline Best-of-2, and does shuffled online data close it?',
  experiments: (form, seeds) => BEST_OF_2_TASKS.map((task) => bestOf2Experiment(task, { form, seeds })),
  analyse: (runs, form) => ({
    claims: BEST_OF_2_TASKS.flatMap((task) => claimsOf(runs, task, form)),
    figures: BEST_OF_2_TASKS.flatMap((task) => {
      const { online, offline, shuffled } = arms(runs, task, form);
      return klFigure({ id: `non-contrastive-${task}`, title: `Best-of-2: ${task}`, caption: 'Log-likelihood of the winner of two responses; the loss has no reference policy, so nothing bounds the KL of the online arm.' }, [online, offline, shuffled]);
    }),
    notes: [],
  }),
};

const arms = (runs: StudyRuns, task: TaskName, form: StudyForm) => {
  const pick = (arm: string) => select(runs, { experiment: bestOf2Name(task, form), arm });
  return { online: pick('online'), offline: pick('offline'), shuffled: pick('shuffled') };
};

function claimsOf(runs: StudyRuns, task: TaskName, form: StudyForm): Claim[] {
  const { online, offline, shuffled } = arms(runs, task, form);
  const nearer = peakContrast([{ ...shuffled, weight: 2 }, { ...online, weight: -1 }, { ...offline, weight: -1 }]);
  const isException = task === 'chat-arena';
  return [
    judge({
      statement: isException ? `On ${task} offline Best-of-2 is not behind.` : `On ${task} online Best-of-2 reaches the higher peak.`,
      measured: 'online − offline, peak win rate', side: { kind: isException ? 'below' : 'above' }, unit: 'win rate', ...peakDifference(online, offline),
    }),
    judge({ statement: `On ${task} shuffled Best-of-2 ends nearer to online than to offline.`, measured: '(shuffled − offline) − (online − shuffled), peak win rate', side: { kind: 'above' }, unit: 'win rate', ...nearer }),
  ];
}
