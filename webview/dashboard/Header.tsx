/** Title, how fresh it is, and the run list with what can be done to each. */
import { useEffect, useState } from 'preact/hooks';
import { stageId } from '../../src/core/experiment/stages';
import { formatNumber, formatPercent, type PanelRun, type StageView } from '../../src/core/protocol';
import { StatusIcon } from '../components/Icon';
import { ageText, canResume, canStop, STATUS, statusSummary } from '../model/status';
import type { DashboardData } from './state';

export interface RunActions {
  readonly showLog: (run: string) => void;
  readonly compare: (run: string) => void;
  readonly stop: (run: string) => void;
  readonly resume: (run: string) => void;
}

export function Header({ data }: { readonly data: DashboardData }) {
  return (
    <header>
      <h1>{data.subject.title}</h1>
      <p class="summary">
        <span>{statusSummary(data.runs)}</span>
        <Age at={data.readAt} />
      </p>
    </header>
  );
}

/** Not in a live region: a clock that is read out every second helps nobody. */
function Age({ at }: { readonly at: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <span class="age">updated {ageText(now - at)}</span>;
}

export function Stages({ stages }: { readonly stages: readonly StageView[] }) {
  const open = stages.filter(({ state }) => state === 'computing' || state === 'waiting' || state === 'failed');
  if (open.length === 0) return null;
  return (
    <section aria-label="Shared stages">
      <h2>Shared stages</h2>
      <ul class="stages">
        {stages.map((stage) => ({ ...stage, id: stageId(stage) })).map(({ id, state, fraction, message }) => (
          <li key={id}>
            <span class="name">{id}</span>
            <progress max={1} value={state === 'done' || state === 'cached' ? 1 : fraction} aria-label={`${id}, ${state}`} />
            <span>{message === undefined ? state : `${state}: ${message}`}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface RunListProps {
  readonly runs: readonly PanelRun[];
  readonly canControl: boolean;
  readonly actions: RunActions;
}

export function RunList({ runs, canControl, actions }: RunListProps) {
  return (
    <section aria-labelledby="runs-title">
      <h2 id="runs-title">Runs</h2>
      <div class="scroll short" tabIndex={0} role="region" aria-label="Table of runs">
        <table class="data runs">
          <thead>
            <tr>
              <th scope="col">Run</th><th scope="col">Status</th><th scope="col">Progress</th>
              <th scope="col" class="number">Win rate</th><th scope="col" class="number">KL (nats)</th><th scope="col" class="number">Budget used</th>
              <th scope="col">Actions</th>
            </tr>
          </thead>
          <tbody>{runs.map((run) => <RunRow key={run.id} run={run} canControl={canControl} actions={actions} />)}</tbody>
        </table>
      </div>
    </section>
  );
}

function RunRow({ run, canControl, actions }: { readonly run: PanelRun } & Omit<RunListProps, 'runs'>) {
  const { winRate, kl } = run.checkpoints.at(-1)?.metrics ?? {};
  const step = run.checkpoints.at(-1)?.step;
  const face = STATUS[run.status];
  const cell = (metric: 'winRate' | 'kl', value: number | undefined, text: string) => (
    <td class="number" data-metric={metric} data-run={run.id} data-step={step} data-value={value}>{text}</td>
  );
  return (
    <tr data-run={run.id} data-status={run.status}>
      <th scope="row">{run.name}</th>
      <td title={run.failure ?? face.hint}><span class={`status status-${run.status}`}><StatusIcon icon={face.icon} />{face.text}</span></td>
      <td>{run.progress && <Progress run={run} />}</td>
      {cell('winRate', winRate?.value, winRate ? formatNumber(winRate.value, winRate.unit) : '–')}
      {cell('kl', kl?.value, kl ? formatNumber(kl.value, kl.unit) : '–')}
      <td class="number">{kl && run.klBudget !== undefined ? formatPercent(kl.value / run.klBudget) : '–'}</td>
      <td class="actions">
        <Action label="Log" name={`Show log of ${run.name}`} onClick={() => actions.showLog(run.id)} />
        <Action label="Compare…" name={`Compare ${run.name} with another run`} onClick={() => actions.compare(run.id)} />
        {canControl && canStop(run) && <Action label="Stop" name={`Stop ${run.name}`} onClick={() => actions.stop(run.id)} />}
        {canControl && canResume(run) && <Action label="Resume" name={`Resume ${run.name}`} onClick={() => actions.resume(run.id)} />}
      </td>
    </tr>
  );
}

function Progress({ run: { progress, name } }: { readonly run: PanelRun }) {
  if (!progress) return null;
  return (
    <span class="progress">
      <progress max={progress.steps} value={progress.step} aria-label={`Progress of ${name}`} />
      {progress.step}/{progress.steps}
    </span>
  );
}

const Action = ({ label, name, onClick }: { readonly label: string; readonly name: string; readonly onClick: () => void }) => (
  <button type="button" class="link" aria-label={name} onClick={onClick}>{label}</button>
);
