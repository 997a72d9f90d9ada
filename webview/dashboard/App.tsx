import { useMemo } from 'preact/hooks';
import type { GapView, PanelRun, Result } from '../../src/core/protocol';
import { ChartView } from '../charts/ChartView';
import type { ChartSpec } from '../charts/spec';
import { pointsCsv } from '../charts/PointTable';
import { ErrorLine } from '../components/ErrorLine';
import { Headlines } from '../components/Headlines';
import { ACCURACY_DESCRIPTION, accuracySpecs } from '../model/accuracy';
import { budgetSpec, gainSpec } from '../model/budget';
import { curveSpecs } from '../model/curves';
import { frontierSpec, matchedSpec, type CurveChoice, type KlScale } from '../model/gap';
import { groupRuns, type Group } from '../model/groups';
import { gapHeadlines, gapSentence, runHeadlines } from '../model/headlines';
import { CheckpointTable } from './CheckpointTable';
import { SamplesSection, type Samples } from './Samples';
import { Header, RunList, Stages, type RunActions } from './Header';
import { LogsSection } from './Logs';
import type { DashboardData } from './state';
import { toggled, type DashboardViewState } from './view';

export interface AppProps {
  readonly data: DashboardData;
  readonly view: DashboardViewState;
  readonly error: string | undefined;
  readonly onView: (change: Partial<DashboardViewState>) => void;
  readonly onCopy: (text: string, what: string) => void;
  readonly onDismiss: () => void;
  readonly actions: RunActions;
  readonly loadSamples: (run: string, step: number) => Promise<Result<Samples>>;
}

export function App(props: AppProps) {
  const { data, view, error, onView, onCopy } = props;
  const groups = useMemo(() => groupRuns(data.runs), [data.runs]);
  const hidden = useMemo(() => new Set(view.hidden), [view.hidden]);
  const chart = (spec: ChartSpec, height: number) => (
    <ChartView
      key={spec.id}
      spec={spec}
      height={height}
      hidden={hidden}
      table={view.tables.includes(spec.id)}
      onToggleSeries={(name) => onView({ hidden: toggled(view.hidden, name) })}
      onToggleTable={() => onView({ tables: toggled(view.tables, spec.id) })}
      onCopy={(copied) => onCopy(pointsCsv(copied), 'chart data as CSV')}
    />
  );
  return (
    <main>
      <Header data={data} />
      <ErrorLine text={error} onDismiss={props.onDismiss} />
      {data.notice !== undefined && <p class="finding" role="status">{data.notice}</p>}
      <Stages stages={data.stages} />
      <RunList runs={data.runs} canControl={data.canControl} actions={props.actions} />
      <LogsSection runs={data.runs} />
      <CurvesSection groups={groups} chart={chart} />
      <GapSection data={data} groups={groups} view={view} onView={onView} chart={chart} />
      <AccuracySection groups={groups} chart={chart} />
      <BudgetSection groups={groups} budget={data.gap?.budget ?? undefined} chart={chart} />
      <CheckpointTable runs={data.runs} view={view} onView={onView} onCopy={onCopy} />
      <SamplesSection runs={data.runs.filter(({ source }) => source === 'alignment-gap')} load={props.loadSamples} />
    </main>
  );
}

type DrawChart = (spec: ChartSpec, height: number) => preact.JSX.Element;

interface GapSectionProps {
  readonly data: DashboardData;
  readonly groups: readonly Group[];
  readonly view: DashboardViewState;
  readonly onView: AppProps['onView'];
  readonly chart: DrawChart;
}

function GapSection({ data, groups, view, onView, chart }: GapSectionProps) {
  const { gap } = data;
  const { klScale: scale, curve } = view;
  const frontier = useMemo(() => frontierSpec(groups, gap, { scale, curve }), [groups, gap, scale, curve]);
  const matched = useMemo(() => gap?.between && matchedSpec(gap, frontier), [gap, frontier]);
  return (
    <section aria-labelledby="gap-title">
      <h2 id="gap-title">Performance gap</h2>
      <GapWords data={data} />
      <div class="toolbar">
        <vscode-dropdown aria-label="Scale of the KL axis" value={scale} onChange={(event: Event) => onView({ klScale: (event.target as HTMLSelectElement).value as KlScale })}>
          <vscode-option value="sqrt">√KL axis</vscode-option>
          <vscode-option value="linear">Linear KL axis</vscode-option>
        </vscode-dropdown>
        <vscode-dropdown aria-label="Curve of each arm" value={curve} onChange={(event: Event) => onView({ curve: (event.target as HTMLSelectElement).value as CurveChoice })}>
          <vscode-option value="fit">Fitted curve</vscode-option>
          <vscode-option value="attainable">Best within each KL</vscode-option>
        </vscode-dropdown>
      </div>
      {chart(frontier, 340)}
      {matched && chart(matched, 210)}
      {gap && <Fits lines={gap.fits} />}
      {gap && gap.notes.length > 0 && <ul class="notes" aria-label="Notes on the gap">{gap.notes.map((note) => <li key={note}>{note}</li>)}</ul>}
    </section>
  );
}

function Fits({ lines }: { readonly lines: GapView['fits'] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>Fits</h3>
      <ul class="notes" aria-label="What the fitted curves say">{lines.map(({ metric, label, text }) => <li key={metric} data-metric={metric}><strong>{label}:</strong> {text}</li>)}</ul>
    </>
  );
}

/** The numbers and one sentence; for a single run its own numbers, and why it has no gap. */
function GapWords({ data: { subject, runs, gap } }: { readonly data: DashboardData }) {
  const [run] = runs;
  if (subject.kind === 'run' && run) return <><Headlines items={runHeadlines(run)} label="Latest checkpoint" /><p class="finding">{whyNoGap(run)}</p></>;
  if (!gap) return <p class="finding" role="status">Computing the gap…</p>;
  return <><Headlines items={gapHeadlines(gap)} label="Performance gap" /><p class="finding">{gapSentence(gap)}</p></>;
}

const whyNoGap = ({ sampling }: PanelRun): string =>
  `A gap is the online arm minus the offline arm at the same KL; this is one ${sampling === 'unknown' ? '' : `${sampling} `}run. Open its experiment, or compare it with another run.`;

function AccuracySection({ groups, chart }: { readonly groups: readonly Group[]; readonly chart: DrawChart }) {
  const specs = useMemo(() => accuracySpecs(groups), [groups]);
  return (
    <section aria-labelledby="accuracy-title">
      <h2 id="accuracy-title">Classification accuracy</h2>
      <p class="description">{ACCURACY_DESCRIPTION}</p>
      <div class="grid">{specs.map((spec) => chart(spec, 260))}</div>
    </section>
  );
}

/** Only of other trainers' logs, which hold more of this than of what the sections below need. */
function CurvesSection({ groups, chart }: { readonly groups: readonly Group[]; readonly chart: DrawChart }) {
  const specs = useMemo(() => curveSpecs(groups), [groups]);
  if (specs.length === 0) return null;
  return (
    <section aria-labelledby="curves-title">
      <h2 id="curves-title">As logged</h2>
      <div class="grid">{specs.map((spec) => chart(spec, 240))}</div>
    </section>
  );
}

function BudgetSection({ groups, budget, chart }: { readonly groups: readonly Group[]; readonly budget: number | undefined; readonly chart: DrawChart }) {
  const used = useMemo(() => budgetSpec(groups, budget), [groups, budget]);
  const gain = useMemo(() => gainSpec(groups), [groups]);
  return (
    <section aria-labelledby="budget-title">
      <h2 id="budget-title">KL budget</h2>
      <div class="grid">{chart(used, 260)}{chart(gain, 260)}</div>
    </section>
  );
}
