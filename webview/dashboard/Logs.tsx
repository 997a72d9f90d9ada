/** About other trainers' logs: what each was taken for and why, what it lacks and how that is logged, and its warnings. */
import { useMemo } from 'preact/hooks';
import type { PanelRun } from '../../src/core/protocol';
import { foreignRuns, logNotes, type LogNote } from '../model/logs';

const MOST_NOTES = 12;

export function LogsSection({ runs }: { readonly runs: readonly PanelRun[] }) {
  const foreign = useMemo(() => foreignRuns(runs), [runs]);
  const absent = useMemo(() => logNotes(foreign, true), [foreign]);
  const amiss = useMemo(() => logNotes(foreign, false), [foreign]);
  if (foreign.length === 0) return null;
  return (
    <section aria-labelledby="logs-title">
      <h2 id="logs-title">About these logs</h2>
      <Origins runs={foreign} />
      <Notes title="Not in these logs" notes={absent} />
      <Notes title="Warnings" notes={amiss} />
    </section>
  );
}

function Origins({ runs }: { readonly runs: readonly PanelRun[] }) {
  return (
    <div class="scroll short" tabIndex={0} role="region" aria-label="Table of logs">
      <table class="data origins">
        <thead><tr><th scope="col">Run</th><th scope="col">Read as</th><th scope="col">Algorithm</th><th scope="col">Sampling</th></tr></thead>
        <tbody>
          {runs.map(({ id, name, source, sampling, origin = {} }) => (
            <tr key={id} data-run={id} data-source={source}>
              <th scope="row">{name}</th>
              <td><Reasoned what={source} why={origin.source} /></td>
              <td><Reasoned what={origin.algorithm ?? 'not known'} why={origin.algorithmReason} /></td>
              <td><Reasoned what={sampling} why={origin.sampling} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Reasoned = ({ what, why }: { readonly what: string; readonly why: string | undefined }) => (
  <><strong>{what}</strong>{why === undefined ? '' : <span class="note">{` ${why}`}</span>}</>
);

function Notes({ title, notes }: { readonly title: string; readonly notes: readonly LogNote[] }) {
  if (notes.length === 0) return null;
  const more = notes.length - MOST_NOTES;
  return (
    <>
      <h3>{title}</h3>
      <ul class="notes" aria-label={title}>
        {notes.slice(0, MOST_NOTES).map(({ text, runs }) => <li key={text}>{runs === '' ? text : `${runs}: ${text}`}</li>)}
        {more > 0 && <li>{more} more are in the tooltips of the rows.</li>}
      </ul>
    </>
  );
}
