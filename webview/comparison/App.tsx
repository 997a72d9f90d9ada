import { useMemo } from 'preact/hooks';
import { swapComparison, type ComparisonView, type RunHead } from '../../src/core/protocol';
import { ChartView } from '../charts/ChartView';
import { pointsCsv } from '../charts/PointTable';
import type { ChartSpec } from '../charts/spec';
import { ErrorLine } from '../components/ErrorLine';
import { StatusIcon } from '../components/Icon';
import { LogsSection } from '../dashboard/Logs';
import { toggled } from '../dashboard/view';
import { decodeBoth, headlineSentence, matchedDeltaSpec, pairSpec } from '../model/comparison';
import { STATUS } from '../model/status';
import { Fields, Outcome } from './Sections';
import type { ComparisonViewState } from './view';

export interface AppProps {
  /** As the host sent it: A is its baseline. */
  readonly view: ComparisonView;
  readonly state: ComparisonViewState;
  readonly error: string | undefined;
  readonly onState: (change: Partial<ComparisonViewState>) => void;
  readonly onCopy: (text: string, what: string) => void;
  readonly onOpenRun: (run: string) => void;
  readonly onNativeDiff: (left: string, right: string) => void;
  readonly onDismiss: () => void;
}

export function App(props: AppProps) {
  const { state, onState, onCopy, error } = props;
  const view = useMemo(() => (state.swapped ? swapComparison(props.view) : props.view), [props.view, state.swapped]);
  const both = useMemo(() => {
    const { a, b } = decodeBoth(view);
    return [a, b];
  }, [view]);
  return (
    <main>
      <header>
        <h1>{view.a.head.name} and {view.b.head.name}</h1>
        <div class="pair">
          <RunCard letter="A" role="baseline" head={view.a.head} onOpen={props.onOpenRun} />
          <vscode-button appearance="secondary" title="Exchange A and B" onClick={() => onState({ swapped: !state.swapped })}>⇄ Swap</vscode-button>
          <RunCard letter="B" role="compared with it" head={view.b.head} onOpen={props.onOpenRun} />
        </div>
      </header>
      <ErrorLine text={error} onDismiss={props.onDismiss} />
      <p class="finding">{headlineSentence(view)}</p>
      {view.notes.length > 0 && <ul class="notes" aria-label="Notes">{view.notes.map((note) => <li key={note}>{note}</li>)}</ul>}
      <LogsSection runs={both} />
      <section aria-labelledby="config-title">
        <h2 id="config-title">Configuration</h2>
        <div class="toolbar">
          <vscode-checkbox checked={state.showAll} onChange={(event: Event) => onState({ showAll: (event.target as HTMLInputElement).checked })}>Show all fields</vscode-checkbox>
          <span class="grow" />
          <vscode-button appearance="secondary" onClick={() => props.onNativeDiff(view.a.head.id, view.b.head.id)}>Open native diff</vscode-button>
        </div>
        <Fields id="config" title="Configuration" rows={view.config} showAll={state.showAll} onCopy={onCopy} />
        {view.ignorePatterns.length > 0 && <p class="note">Not counted as differences: {view.ignorePatterns.join(', ')}.</p>}
      </section>
      <section aria-labelledby="outcome-title">
        <h2 id="outcome-title">Outcome</h2>
        <Outcome view={view} state={state} onState={onState} />
      </section>
      <MatchedKl view={view} state={state} onState={onState} onCopy={onCopy} />
      <section aria-labelledby="environment-title">
        <h2 id="environment-title">Environment</h2>
        <Fields id="environment" title="Environment" rows={view.environment} showAll={state.showAll} onCopy={onCopy} />
      </section>
    </main>
  );
}

interface RunCardProps {
  readonly letter: 'A' | 'B';
  readonly role: string;
  readonly head: RunHead;
  readonly onOpen: (run: string) => void;
}

function RunCard({ letter, role, head, onOpen }: RunCardProps) {
  const face = STATUS[head.status];
  const facts = [head.sampling, head.objective, ...(head.beta === undefined ? [] : [`β ${head.beta}`]), ...(head.seed === undefined ? [] : [`seed ${head.seed}`])];
  return (
    <div class="card" data-letter={letter} data-run={head.id}>
      <span class="name">{letter} · {role}</span>
      <button type="button" class="link" title="Show this run" onClick={() => onOpen(head.id)}>{head.name}</button>
      <span class="detail">{facts.join(', ')}</span>
      <span class={`status status-${head.status}`} title={head.failure ?? head.origin?.status ?? face.hint}><StatusIcon icon={face.icon} />{face.text}</span>
    </div>
  );
}

function MatchedKl({ view, state, onState, onCopy }: Pick<AppProps, 'view' | 'state' | 'onState' | 'onCopy'>) {
  const pair = useMemo(() => pairSpec(decodeBoth(view)), [view]);
  const delta = useMemo(() => matchedDeltaSpec(view, pair), [view, pair]);
  const hidden = useMemo(() => new Set(state.hidden), [state.hidden]);
  const chart = (spec: ChartSpec, height: number) => (
    <ChartView
      key={spec.id}
      spec={spec}
      height={height}
      hidden={hidden}
      table={state.tables.includes(spec.id)}
      onToggleSeries={(name) => onState({ hidden: toggled(state.hidden, name) })}
      onToggleTable={() => onState({ tables: toggled(state.tables, spec.id) })}
      onCopy={(copied) => onCopy(pointsCsv(copied), 'chart data as CSV')}
    />
  );
  return (
    <section aria-labelledby="matched-title">
      <h2 id="matched-title">At matched KL</h2>
      {chart(pair, 300)}
      {chart(delta, 200)}
    </section>
  );
}
