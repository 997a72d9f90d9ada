/** Entry of the comparison page. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { readHostToComparison, type ComparisonMessage, type ComparisonToHost, type HostToComparison, type ReplyMessage } from '../../src/core/protocol';
import { announce } from '../components/announce';
import { publishSeriesColours } from '../charts/theme';
import '../components/toolkit';
import { Host } from '../host/host';
import '../styles/panel.css';
import { App } from './App';
import { readView, type ComparisonViewState } from './view';

type ComparisonEvent = Exclude<HostToComparison, ReplyMessage>;

let onEvent: (event: ComparisonEvent) => void = () => undefined;
let onRefused: (problem: string) => void = () => undefined;
const host = new Host<ComparisonToHost, HostToComparison>(readHostToComparison, (event) => onEvent(event), (problem) => onRefused(problem));

function Comparison() {
  const [message, setMessage] = useState<ComparisonMessage>();
  const [state, setState] = useState<ComparisonViewState>(() => readView(host.state()));
  const [error, setError] = useState<string>();

  useEffect(() => {
    onEvent = (event) => {
      if (event.type === 'comparison') setMessage(event);
      setError(event.type === 'comparisonFailed' ? event.error : undefined);
    };
    onRefused = (problem) => setError(`The panel could not read a message of the extension. Reload the window if this stays. ${problem}`);
    host.send({ type: 'ready' });
  }, []);
  useEffect(() => {
    host.keep(message ? { ...state, restore: message.restore } : state);
  }, [state, message?.restore]);

  const copy = (text: string, what: string) => {
    void host.ask({ type: 'copy', text }).then((reply) => (reply.ok ? announce(`Copied ${what}`) : setError(reply.error)));
  };
  if (!message) return error === undefined ? <p class="loading" role="status">Reading runs…</p> : <p class="error" role="alert">{error}</p>;
  return (
    <App
      view={message.view}
      state={state}
      error={error}
      onState={(change) => setState((before) => ({ ...before, ...change }))}
      onCopy={copy}
      onOpenRun={(run) => host.send({ type: 'openRun', run })}
      onNativeDiff={(left, right) => host.send({ type: 'openNativeDiff', left, right })}
      onDismiss={() => setError(undefined)}
    />
  );
}

const root = document.getElementById('app');
if (root) {
  root.replaceChildren();
  publishSeriesColours(root);
  render(<Comparison />, root);
}
