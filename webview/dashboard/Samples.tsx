/** What the policy writes at a checkpoint, and what both judges made of it. Asked for, never sent unasked: it can be long. */
import { useEffect, useState } from 'preact/hooks';
import type { PanelRun, Result } from '../../src/core/protocol';
import type { SampleRecord } from '../../src/core/run/events';
import { JUDGES, judgesOn, samplesSentence } from '../model/samples';

export type Samples = readonly SampleRecord[];

interface SamplesProps {
  readonly runs: readonly PanelRun[];
  readonly load: (run: string, step: number) => Promise<Result<Samples>>;
}

export function SamplesSection({ runs, load }: SamplesProps) {
  const [chosen, setChosen] = useState<string>();
  const [step, setStep] = useState<number>();
  const [isOpen, setOpen] = useState(false);
  const sampled = runs.filter(({ checkpoints }) => checkpoints.length > 0);
  const run = sampled.find(({ id }) => id === chosen) ?? sampled[0];
  const at = run?.checkpoints.find((checkpoint) => checkpoint.step === step)?.step ?? run?.checkpoints.at(-1)?.step;
  const result = useSamples(isOpen ? run?.id : undefined, at, load);
  if (!run || at === undefined) return null;
  return (
    <section aria-labelledby="samples-title">
      <h2 id="samples-title">Samples</h2>
      <div class="toolbar">
        <vscode-dropdown aria-label="Run whose samples to show" value={run.id} onChange={(event: Event) => setChosen((event.target as HTMLSelectElement).value)}>
          {sampled.map(({ id, name }) => <vscode-option key={id} value={id}>{name}</vscode-option>)}
        </vscode-dropdown>
        <vscode-dropdown aria-label="Checkpoint whose samples to show" value={String(at)} onChange={(event: Event) => setStep(Number((event.target as HTMLSelectElement).value))}>
          {run.checkpoints.map((checkpoint) => <vscode-option key={checkpoint.step} value={String(checkpoint.step)}>step {checkpoint.step}</vscode-option>)}
        </vscode-dropdown>
        {!isOpen && <vscode-button appearance="secondary" onClick={() => setOpen(true)}>Show samples</vscode-button>}
      </div>
      {result && <SampleTable title={`${run.name}, step ${at}`} result={result} />}
    </section>
  );
}

/** Of the run and checkpoint of the moment; another's must not stand under their names. */
function useSamples(run: string | undefined, step: number | undefined, load: SamplesProps['load']): Result<Samples> | undefined {
  const [shown, setShown] = useState<{ readonly run: string; readonly step: number; readonly result: Result<Samples> }>();
  useEffect(() => {
    if (run === undefined || step === undefined) return undefined;
    let isWanted = true;
    void load(run, step).then((result) => { if (isWanted) setShown({ run, step, result }); });
    return () => { isWanted = false; };
  }, [run, step]);
  return shown?.run === run && shown?.step === step ? shown?.result : undefined;
}

const VERDICT = { win: '✓ win', tie: '= tie', loss: '✗ loss' } as const;

function SampleTable({ title, result }: { readonly title: string; readonly result: Result<Samples> }) {
  const [onlyDisagreeing, setOnlyDisagreeing] = useState(false);
  if (!result.ok) return <p class="empty" role="alert">{result.error}</p>;
  if (result.value.length === 0) return <p class="empty">No samples were kept at this checkpoint. The experiment's evaluation.samples says how many are.</p>;
  const shown = onlyDisagreeing ? result.value.filter((sample) => judgesOn(sample) !== 'agree') : result.value;
  return (
    <>
      <p class="finding" role="status">{samplesSentence(result.value)}</p>
      <vscode-checkbox checked={onlyDisagreeing} onChange={(event: Event) => setOnlyDisagreeing((event.target as HTMLInputElement).checked)}>Only where the judges disagree</vscode-checkbox>
      {shown.length === 0 ? <p class="empty">The judges agree on every sample of this checkpoint.</p> : (
        <div class="scroll tall" tabIndex={0} role="region" aria-label={`Samples of ${title}`}>
          <table class="data samples">
            <thead><tr><th scope="col">Prompt</th><th scope="col">Completion</th><th scope="col">Opponent</th><th scope="col">Golden</th><th scope="col">Proxy</th><th scope="col">Judges</th></tr></thead>
            <tbody>{shown.map((sample) => <SampleRow key={sample.prompt} sample={sample} />)}</tbody>
          </table>
        </div>
      )}
    </>
  );
}

function SampleRow({ sample }: { readonly sample: SampleRecord }) {
  const { prompt, completion, opponent, golden, proxy } = sample;
  const judges = judgesOn(sample);
  return (
    <tr class={judges === 'agree' ? '' : 'disagree'} data-judges={judges}>
      <td class="text">{prompt}</td><td class="text">{completion}</td><td class="text">{opponent}</td>
      <td>{VERDICT[golden]}</td><td>{VERDICT[proxy]}</td><td title={JUDGES[judges].hint}>{JUDGES[judges].text}</td>
    </tr>
  );
}
