/** Entry of the dashboard page. */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { readHostToDashboard, type DashboardToHost, type HostToDashboard } from '../../src/core/protocol';
import { announce, throttledAnnouncer } from '../components/announce';
import { publishSeriesColours } from '../charts/theme';
import '../components/toolkit';
import { Host } from '../host/host';
import { milestone } from '../model/status';
import '../styles/panel.css';
import { App } from './App';
import { reduce, type DashboardData, type DashboardEvent } from './state';
import { readView, type DashboardViewState } from './view';

const announceMilestone = throttledAnnouncer();

/** Messages may come before the page has drawn: the host lives outside of it and hands on what it gets. */
let onEvent: (event: DashboardEvent) => void = () => undefined;
let onRefused: (problem: string) => void = () => undefined;
const host = new Host<DashboardToHost, HostToDashboard>(readHostToDashboard, (event) => onEvent(event), (problem) => onRefused(problem));

function Dashboard() {
  const [data, setData] = useState<DashboardData>();
  const [view, setView] = useState<DashboardViewState>(() => readView(host.state()));
  const [error, setError] = useState<string>();
  const known = useRef<DashboardData>();

  useEffect(() => {
    onEvent = (event) => {
      if (event.type === 'runChanged') {
        const { head } = event.run;
        const next = reduce(known.current, event);
        const after = next?.runs.find((run) => run.id === head.id);
        const text = after && milestone(known.current?.runs.find((run) => run.id === head.id), after);
        if (text) announceMilestone(text);
        known.current = next;
      } else known.current = reduce(known.current, event);
      setData(known.current);
      setError(undefined);
    };
    onRefused = (problem) => setError(`The panel could not read a message of the extension. Reload the window if this stays. ${problem}`);
    host.send({ type: 'ready' });
  }, []);
  useEffect(() => {
    host.keep(data ? { ...view, restore: data.restore } : view);
  }, [view, data?.restore]);

  const ask = (...[message, done]: [Parameters<typeof host.ask>[0], string]) => {
    void host.ask(message).then((reply) => (reply.ok ? announce(done) : setError(reply.error)));
  };
  if (!data) return error === undefined ? <p class="loading" role="status">Reading runs…</p> : <p class="error" role="alert">{error}</p>;
  return (
    <App
      data={data}
      view={view}
      error={error}
      onView={(change) => setView((before) => ({ ...before, ...change }))}
      onCopy={(text, what) => ask({ type: 'copy', text }, `Copied ${what}`)}
      onDismiss={() => setError(undefined)}
      loadSamples={async (run, step) => {
        const reply = await host.ask({ type: 'samples', run, step });
        return reply.ok ? { ok: true, value: reply.value.samples ?? [] } : reply;
      }}
      actions={{
        showLog: (run) => host.send({ type: 'showLog', run }),
        compare: (a) => host.send({ type: 'compare', a }),
        stop: (run) => ask({ type: 'stop', run }, 'Stopping after the current step'),
        resume: (run) => ask({ type: 'resume', run }, 'Resuming'),
      }}
    />
  );
}

const root = document.getElementById('app');
if (root) {
  root.replaceChildren();
  publishSeriesColours(root);
  render(<Dashboard />, root);
}
