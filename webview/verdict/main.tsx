/** Entry of the page with a study's verdict. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ReplyMessage } from '../../src/core/protocol/messages';
import { readHostToVerdict, type HostToVerdict, type VerdictMessage, type VerdictToHost } from '../../src/core/protocol/verdict';
import { publishSeriesColours } from '../charts/theme';
import '../components/toolkit';
import { Host } from '../host/host';
import '../styles/panel.css';
import './verdict.css';
import { App } from './App';

type VerdictEvent = Exclude<HostToVerdict, ReplyMessage>;

let onEvent: (event: VerdictEvent) => void = () => undefined;
let onRefused: (problem: string) => void = () => undefined;
const host = new Host<VerdictToHost, HostToVerdict>(readHostToVerdict, (event) => onEvent(event), (problem) => onRefused(problem));

function Verdict() {
  const [message, setMessage] = useState<VerdictMessage>();
  const [error, setError] = useState<string>();

  useEffect(() => {
    onEvent = (event) => {
      if (event.type === 'verdict') setMessage(event);
      setError(event.type === 'verdictFailed' ? event.error : undefined);
    };
    onRefused = (problem) => setError(`The panel could not read a message of the extension. Reload the window if this stays. ${problem}`);
    host.send({ type: 'ready' });
  }, []);
  useEffect(() => {
    if (message) host.keep({ restore: message.restore });
  }, [message?.restore]);

  const ask = (request: Parameters<typeof host.ask>[0]) => {
    void host.ask(request).then((reply) => { if (!reply.ok) setError(reply.error); });
  };
  if (!message) return error === undefined ? <p class="loading" role="status">Reading the verdict…</p> : <p class="error" role="alert">{error}</p>;
  return (
    <App
      message={message}
      error={error}
      onDismiss={() => setError(undefined)}
      onOpenRun={(run) => ask({ type: 'openRun', run })}
      onOpenReport={() => ask({ type: 'openReport' })}
    />
  );
}

const root = document.getElementById('app');
if (root) {
  root.replaceChildren();
  publishSeriesColours(root);
  render(<Verdict />, root);
}
