import { Fragment } from 'preact';
import type { VerdictMessage } from '../../src/core/protocol/verdict';
import type { CardRun, VerdictCard } from '../../src/core/study/types';
import { ErrorLine } from '../components/ErrorLine';
import { StatusIcon } from '../components/Icon';
import { STATUS } from '../model/status';
import { Claims } from './Claims';
import { Figure } from './Figure';
import { VerdictMark } from './VerdictMark';

export interface AppProps {
  readonly message: VerdictMessage;
  readonly error: string | undefined;
  readonly onDismiss: () => void;
  readonly onOpenRun: (run: string) => void;
  readonly onOpenReport: () => void;
}

export function App({ message: { card, figures, there }, error, onDismiss, onOpenRun, onOpenReport }: AppProps) {
  return (
    <main class="verdict-page">
      <header>
        <h1>{card.title}{card.form === 'full' ? '' : ` (${card.form})`}</h1>
        <p class="summary">
          <span>Repeats {/et al\./.test(card.source) ? card.source : `${card.source} of Tang et al. 2024`}</span>
          <button type="button" class="link" onClick={onOpenReport}>Open as a page</button>
        </p>
      </header>
      <ErrorLine text={error} onDismiss={onDismiss} />
      <div class="study">
        <div>
          <Overall card={card} />
          <section aria-labelledby="claims-title">
            <h2 id="claims-title">Claims</h2>
            <Claims claims={card.claims} />
            {card.estimates.length > 0 && <dl class="words">{card.estimates.map(({ name, because }) => <Fragment key={name}><dt>{name}</dt><dd>{because}</dd></Fragment>)}</dl>}
            <p class="note">{card.rule}</p>
          </section>
          {card.notes.length > 0 && <section aria-labelledby="notes-title"><h2 id="notes-title">Notes</h2><ul class="notes">{card.notes.map((note) => <li key={note}>{note}</li>)}</ul></section>}
          <Runs card={card} there={new Set(there)} onOpenRun={onOpenRun} />
        </div>
        <section aria-labelledby="figures-title" class="figures">
          <h2 id="figures-title">Figures</h2>
          {figures.length === 0 ? <p class="empty">Nothing to draw yet.</p> : figures.map((figure) => <Figure key={figure.file} figure={figure} />)}
        </section>
      </div>
    </main>
  );
}

function Overall({ card: { overall, question, hypothesis, finding } }: { readonly card: VerdictCard }) {
  return (
    <>
      <div class={`overall overall-${overall.verdict}`} data-overall={overall.verdict}>
        <p><VerdictMark verdict={overall.verdict} /></p>
        <p>{overall.because}</p>
      </div>
      <dl class="words">
        <dt>Question</dt><dd>{question}</dd>
        <dt>Hypothesis</dt><dd>{hypothesis}</dd>
        <dt>What the paper found</dt><dd>{finding}</dd>
      </dl>
    </>
  );
}

interface RunsProps {
  readonly card: VerdictCard;
  readonly there: ReadonlySet<string>;
  readonly onOpenRun: (run: string) => void;
}

function Runs({ card: { runs, cost }, there, onOpenRun }: RunsProps) {
  return (
    <section aria-labelledby="runs-title">
      <h2 id="runs-title">Runs</h2>
      <p class="note">{cost.runs} runs, {cost.gradientSteps.toLocaleString('en')} gradient steps, {durationText(cost.trainingSeconds)} of training and evaluation.</p>
      {runs.length > 0 && (
        <div class="scroll tall" tabIndex={0} role="region" aria-label="Table of the study's runs">
          <table class="data runs">
            <thead><tr><th scope="col">Run</th><th scope="col">Arm</th><th scope="col" class="number">Seed</th><th scope="col">Status</th></tr></thead>
            <tbody>{runs.map((run) => <RunRow key={run.id} run={run} isThere={there.has(run.id)} onOpenRun={onOpenRun} />)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function RunRow({ run: { id, arm, seed, status }, isThere, onOpenRun }: { readonly run: CardRun; readonly isThere: boolean } & Pick<RunsProps, 'onOpenRun'>) {
  const face = STATUS[status];
  return (
    <tr data-run={id}>
      <th scope="row">{isThere ? <button type="button" class="link" title="Show this run's charts" onClick={() => onOpenRun(id)}>{id}</button> : <span title="Not in the runs folder any more">{id}</span>}</th>
      <td>{arm}</td>
      <td class="number">{seed ?? '–'}</td>
      <td><span class={`status status-${status}`} title={face.hint}><StatusIcon icon={face.icon} />{face.text}</span></td>
    </tr>
  );
}

/** `45 s`, `12 min`, `3.2 h`. */
function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
