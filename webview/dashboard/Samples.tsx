/** What the policy writes at a checkpoint, and what both judges made of it. Asked for, never sent unasked: it can be long. */
import { useEffect, useState } from 'preact/hooks';
import type { PanelRun, Result } from '../../src/core/protocol';
import type { SampleRecord } from '../../src/core/run/events';

export type Samples = readonly SampleRecord[];

interface SamplesProps {
  readonly runs: readonly PanelRun[];
  readonly load: (run: string, step: number) => Promise<Result<Samples>>;
}

export function SamplesSection({ runs, load }: SamplesProps) {
  const [chosen, setChosen] = useState<string>();
  const [step, setStep] = useState<number>();
  const [shown, setShown] = useState<{ readonly title: string; readonly result: Result<Samples> }>();
  const run = runs.find(({ id }) => id === chosen) ?? runs[0];
  const at = run?.checkpoints.find((checkpoint) => checkpoint.step === step)?.step ?? run?.checkpoints.at(-1)?.step;
  // Another run's samples must not stand under this one's name.
  useEffect(() => setShown(undefined), [run?.id, at]);
  if (!run || at === undefined) return null;
  const show = () => void load(run.id, at).then((result) => setShown({ title: `${run.name}, step ${at}`, result }));
  return (
    <section aria-labelledby="samples-title">
      <h2 id="samples-title">Samples</h2>
      <div class="toolbar">
        <vscode-dropdown aria-label="Run whose samples to show" value={run.id} onChange={(event: Event) => setChosen((event.target as HTMLSelectElement).value)}>
          {runs.filter(({ checkpoints }) => checkpoints.length > 0).map(({ id, name }) => <vscode-option key={id} value={id}>{name}</vscode-option>)}
        </vscode-dropdown>
        <vscode-dropdown aria-label="Checkpoint whose samples to show" value={String(at)} onChange={(event: Event) => setStep(Number((event.target as HTMLSelectElement).value))}>
          {run.checkpoints.map((checkpoint) => <vscode-option key={checkpoint.step} value={String(checkpoint.step)}>step {checkpoint.step}</vscode-option>)}
        </vscode-dropdown>
        <vscode-button appearance="secondary" onClick={show}>Show samples</vscode-button>
      </div>
      {shown && <SampleTable title={shown.title} result={shown.result} />}
    </section>
  );
}

const VERDICT = { win: '✓ win', tie: '= tie', loss: '✗ loss' } as const;

function SampleTable({ title, result }: { readonly title: string; readonly result: Result<Samples> }) {
  if (!result.ok) return <p class="empty" role="alert">{result.error}</p>;
  if (result.value.length === 0) return <p class="empty">No samples were kept at this checkpoint. The experiment's evaluation.samples says how many are.</p>;
  return (
    <div class="scroll tall" tabIndex={0} role="region" aria-label={`Samples of ${title}`}>
      <table class="data samples">
        <thead><tr><th scope="col">Prompt</th><th scope="col">Completion</th><th scope="col">Opponent</th><th scope="col">Golden</th><th scope="col">Proxy</th></tr></thead>
        <tbody>
          {result.value.map(({ prompt, completion, opponent, golden, proxy }, i) => (
            <tr key={i}>
              <td class="text">{prompt}</td><td class="text">{completion}</td><td class="text">{opponent}</td>
              <td>{VERDICT[golden]}</td><td class={golden === proxy ? '' : 'disagree'} title={golden === proxy ? undefined : 'The judges disagree'}>{VERDICT[proxy]}{golden === proxy ? '' : ' ≠'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
