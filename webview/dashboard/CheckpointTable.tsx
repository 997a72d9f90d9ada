/** Every checkpoint with its intervals: sortable, columns by choice, absent values explained. */
import { useState } from 'preact/hooks';
import type { PanelRun } from '../../src/core/protocol';
import { METRIC_NAMES, METRICS, type MetricName } from '../../src/core/run/metrics';
import { neededFor } from '../model/needed';
import {
  cellText, checkpointRows, headingOf, inOrder, MOST_ROWS, nextSort, sortRows, tableCsv, tableMarkdown,
  type CheckpointRow, type RowChoice, type Sort, type SortColumn,
} from '../model/table';
import { toggled, type DashboardViewState } from './view';

interface CheckpointTableProps {
  readonly runs: readonly PanelRun[];
  readonly view: DashboardViewState;
  readonly onView: (change: Partial<DashboardViewState>) => void;
  readonly onCopy: (text: string, what: string) => void;
}

export function CheckpointTable({ runs, view, onView, onCopy }: CheckpointTableProps) {
  const columns = inOrder(view.columns);
  const rows = sortRows(checkpointRows(runs, view.rows), view.sort);
  return (
    <section aria-labelledby="checkpoints-title">
      <h2 id="checkpoints-title">Checkpoints</h2>
      <div class="toolbar">
        <vscode-dropdown aria-label="Which checkpoints" value={view.rows} onChange={(event: Event) => onView({ rows: (event.target as HTMLSelectElement).value as RowChoice })}>
          <vscode-option value="latest">Latest of each run</vscode-option>
          <vscode-option value="every">Every checkpoint</vscode-option>
        </vscode-dropdown>
        <ColumnMenu chosen={view.columns} onToggle={(name) => onView({ columns: toggled(view.columns, name) as MetricName[] })} />
        <span class="grow" />
        <vscode-button appearance="secondary" onClick={() => onCopy(tableCsv(rows, columns), 'table as CSV')}>Copy as CSV</vscode-button>
        <vscode-button appearance="secondary" onClick={() => onCopy(tableMarkdown(rows, columns), 'table as Markdown')}>Copy as Markdown</vscode-button>
      </div>
      <div class="scroll tall" tabIndex={0} role="region" aria-label="Table of checkpoints">
        <table class="data checkpoints">
          <thead>
            <tr>
              <Heading column="run" sort={view.sort} text="Run" hint="Name of the run" onSort={(sort) => onView({ sort })} />
              <Heading column="step" sort={view.sort} text="Step" hint="Gradient steps at this checkpoint" onSort={(sort) => onView({ sort })} />
              {columns.map((name) => (
                <Heading key={name} column={name} sort={view.sort} text={headingOf(name)} hint={METRICS[name].description} onSort={(sort) => onView({ sort })} />
              ))}
            </tr>
          </thead>
          <tbody>{rows.slice(0, MOST_ROWS).map((row) => <Row key={`${row.run}/${row.step}`} row={row} columns={columns} />)}</tbody>
        </table>
      </div>
      {rows.length > MOST_ROWS && <p class="note">{MOST_ROWS} of {rows.length} checkpoints are shown; the copies hold all of them.</p>}
    </section>
  );
}

interface HeadingProps {
  readonly column: SortColumn;
  readonly sort: Sort;
  readonly text: string;
  readonly hint: string;
  readonly onSort: (sort: Sort) => void;
}

function Heading({ column, sort, text, hint, onSort }: HeadingProps) {
  const active = sort.column === column;
  return (
    <th scope="col" class={column === 'run' ? '' : 'number'} aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" title={hint} onClick={() => onSort(nextSort(sort, column))}>
        {text}<span class="arrow" aria-hidden="true">{active ? (sort.descending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

function Row({ row, columns }: { readonly row: CheckpointRow; readonly columns: readonly MetricName[] }) {
  return (
    <tr>
      <th scope="row">{row.runName}</th>
      <td class="number">{row.step}</td>
      {columns.map((name) => {
        const estimate = row.metrics[name];
        if (!estimate) {
          return <td key={name} class="number absent" data-metric={name} data-run={row.run} data-step={row.step} title={neededFor(name)}><span aria-hidden="true">–</span><span class="visually-hidden">{neededFor(name)}</span></td>;
        }
        const [number, interval] = splitInterval(cellText(estimate));
        return (
          <td key={name} class="number" data-metric={name} data-run={row.run} data-step={row.step} data-value={estimate.value}>
            {number}{interval !== '' && <span class="interval"> {interval}</span>}
          </td>
        );
      })}
    </tr>
  );
}

const splitInterval = (text: string): [string, string] => {
  const at = text.indexOf(' [');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

function ColumnMenu({ chosen, onToggle }: { readonly chosen: readonly MetricName[]; readonly onToggle: (name: MetricName) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <div class="menu" onKeyDown={(event) => { if (event.key === 'Escape') setOpen(false); }}>
      <vscode-button appearance="secondary" aria-expanded={open} onClick={() => setOpen(!open)}>Columns…</vscode-button>
      {open && (
        <fieldset class="popover">
          <legend>Columns</legend>
          {METRIC_NAMES.map((name) => (
            <vscode-checkbox key={name} checked={chosen.includes(name)} title={METRICS[name].description}
              onChange={(event: Event) => { if ((event.target as HTMLInputElement).checked !== chosen.includes(name)) onToggle(name); }}>
              {METRICS[name].label}
            </vscode-checkbox>
          ))}
        </fieldset>
      )}
    </div>
  );
}
