/** One self-contained page about a study: no script, no resource from elsewhere, every user text escaped. */
import type { GapReport } from '../analysis/report';
import type { SampleRecord, StageEvent } from '../run/events';
import type { Run } from '../run/types';
import { studyFigures } from './figures';
import { htmlPage } from './htmlPage';
import { markup } from './markup';
import { armsSection, figuresSection, notesSection, runSection, stagesSection } from './reportSections';
import { verdictOf } from './verdict';

export interface ReportInput {
  readonly title: string;
  readonly runs: readonly Run[];
  readonly gap: GapReport;
  /** The last event of each shared stage. */
  readonly stages?: readonly StageEvent[];
  /** Completions to show, by run id. */
  readonly samples?: ReadonlyMap<string, readonly SampleRecord[]>;
  readonly version: string;
  /** ISO time. */
  readonly generatedAt: string;
}

export function reportHtml({ title, runs, gap, stages = [], samples = new Map<string, SampleRecord[]>(), version, generatedAt }: ReportInput): string {
  const verdict = verdictOf(runs, gap);
  const finished = runs.filter((run) => run.status === 'finished').length;
  return htmlPage(`${title}: online and offline alignment`, markup`<p class="faint">Alignment Gap ${version}</p>
<h1>${title}</h1>
<p class="faint">${runs.length} runs, ${finished} finished. Written ${generatedAt}.</p>
<div class="verdict" role="note"><strong>${verdict.headline}</strong>${verdict.details.map((line) => markup`<p>${line}</p>`)}</div>
${armsSection(gap, runs)}
${figuresSection(studyFigures(runs, gap))}
${notesSection(gap, runs)}
${stagesSection(stages)}
<h2>Runs</h2>
${runs.map((run) => runSection(run, samples.get(run.id) ?? []))}`);
}
