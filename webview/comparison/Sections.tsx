/** Configuration, environment and outcome of two runs, side by side. */
import { formatNumber, type ComparisonView, type ConfigRow, type OutcomeRow } from '../../src/core/protocol';
import { METRICS, type MetricName } from '../../src/core/run/metrics';
import {
  comparedMetrics, deltaInterval, deltaText, differenceSummary, KIND_TEXT, latestRows, outcomeRows, relativeText, shownRows, VERDICT_TEXT, verdictOf,
  type OutcomeSort,
} from '../model/comparison';
import { headingOf } from '../model/table';
import type { ComparisonViewState } from './view';

interface FieldsProps {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly ConfigRow[];
  readonly showAll: boolean;
  readonly onCopy: (text: string, what: string) => void;
}

/** A table of fields; by default only those that differ. */
export function Fields({ id, title, rows, showAll, onCopy }: FieldsProps) {
  const shown = shownRows(rows, showAll);
  return (
    <>
      <p class="description" id={`${id}-summary`}>{differenceSummary(rows)}</p>
      {shown.length > 0 && (
        <div class="scroll tall" tabIndex={0} role="region" aria-label={`${title} fields`}>
          <table class="data fields" aria-describedby={`${id}-summary`}>
            <thead><tr><th scope="col">Field</th><th scope="col">A</th><th scope="col">B</th><th scope="col">Kind</th></tr></thead>
            <tbody>
              {shown.map((row) => (
                <tr key={row.path} class={`kind-${row.kind}`} data-path={row.path} data-kind={row.kind}>
                  <th scope="row">{row.path}</th>
                  <Value text={row.a} name={`${row.path} of A`} onCopy={onCopy} />
                  <Value text={row.b} name={`${row.path} of B`} onCopy={onCopy} />
                  <td>{KIND_TEXT[row.kind]}{row.ignored === true ? ', ignored' : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** Longer values are cut for the eye; the copy is whole. */
const LONGEST = 60;

function Value({ text, name, onCopy }: { readonly text: string | undefined; readonly name: string; readonly onCopy: (text: string, what: string) => void }) {
  if (text === undefined) return <td class="value absent"><span aria-hidden="true">–</span><span class="visually-hidden">not set</span></td>;
  return (
    <td class="value">
      <code title={text}>{text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</code>
      <button type="button" class="link copy" aria-label={`Copy ${name}`} onClick={() => onCopy(text, name)}>Copy</button>
    </td>
  );
}

interface OutcomeProps {
  readonly view: ComparisonView;
  readonly state: ComparisonViewState;
  readonly onState: (change: Partial<ComparisonViewState>) => void;
}

export function Outcome({ view, state, onState }: OutcomeProps) {
  const metrics = comparedMetrics(view);
  const metric = state.metric !== 'latest' && metrics.includes(state.metric) ? state.metric : 'latest';
  const rows = metric === 'latest' ? latestRows(view) : outcomeRows(view, metric, state.sort);
  if (metrics.length === 0) return <p class="empty">The runs have no checkpoint at the same step.</p>;
  return (
    <>
      <div class="toolbar">
        <vscode-dropdown aria-label="Outcome to compare" value={metric} onChange={(event: Event) => onState({ metric: (event.target as HTMLSelectElement).value as MetricName | 'latest' })}>
          <vscode-option value="latest">All metrics, last common step</vscode-option>
          {metrics.map((name) => <vscode-option key={name} value={name}>{METRICS[name].label}, every step</vscode-option>)}
        </vscode-dropdown>
        {metric !== 'latest' && (
          <vscode-dropdown aria-label="Order of the rows" value={state.sort} onChange={(event: Event) => onState({ sort: (event.target as HTMLSelectElement).value as OutcomeSort })}>
            <vscode-option value="step">By step</vscode-option>
            <vscode-option value="delta">By size of difference</vscode-option>
          </vscode-dropdown>
        )}
      </div>
      <div class="scroll tall" tabIndex={0} role="region" aria-label="Table of outcomes">
        <table class="data outcome">
          <thead>
            <tr>
              <th scope="col">Metric</th><th scope="col" class="number">Step</th><th scope="col" class="number">A</th><th scope="col" class="number">B</th>
              <th scope="col" class="number">B − A</th><th scope="col" class="number">95% interval</th><th scope="col" class="number">Relative</th><th scope="col">Verdict</th>
            </tr>
          </thead>
          <tbody>{rows.map((row) => <OutcomeLine key={`${row.metric}/${row.step}`} row={row} view={view} />)}</tbody>
        </table>
      </div>
    </>
  );
}

const INTERVAL_HINT: Readonly<Record<NonNullable<OutcomeRow['interval']>, string>> = {
  paired: 'Bootstrap over the evaluation prompts, paired prompt by prompt',
  'standard-errors': 'From the two standard errors; the runs share no prompts that could be paired',
};

function OutcomeLine({ row, view }: { readonly row: OutcomeRow; readonly view: ComparisonView }) {
  const { metric, step, a, b, delta, interval } = row;
  const { unit, description } = METRICS[metric];
  const verdict = verdictOf(row);
  return (
    <tr data-metric={metric} data-step={step} data-verdict={verdict}>
      <th scope="row" title={description}>{headingOf(metric)}</th>
      <td class="number">{step}</td>
      <td class="number" data-metric={metric} data-run={view.a.head.id} data-step={step} data-value={a}>{formatNumber(a, unit)}</td>
      <td class="number" data-metric={metric} data-run={view.b.head.id} data-step={step} data-value={b}>{formatNumber(b, unit)}</td>
      <td class="number" data-delta={delta}>{deltaText(row)}</td>
      <td class="number" title={interval && INTERVAL_HINT[interval]}>{deltaInterval(row)}</td>
      <td class="number">{relativeText(row)}</td>
      <td class={`verdict verdict-${verdict.replace(' ', '-')}`}>{VERDICT_TEXT[verdict]}</td>
    </tr>
  );
}
