/** One chart: picture, legend, keyboard cursor, table twin. Drawn in place while data arrives, destroyed when it leaves. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { announce } from '../components/announce';
import { Chart } from './chartjs';
import { chartConfig, chartOptions, datasetsOf, type LineChart } from './config';
import { describePoint, moveCursor, navigable, type Cursor } from './cursor';
import { drawnSeries, type Drawing } from './drawing';
import { Legend } from './Legend';
import { legendEntries, type ChartSpec } from './spec';
import { PointTable } from './PointTable';
import { onThemeChange, readTheme } from './theme';

export interface ChartViewProps {
  readonly spec: ChartSpec;
  readonly height: number;
  readonly hidden: ReadonlySet<string>;
  readonly onToggleSeries: (legend: string) => void;
  readonly table: boolean;
  readonly onToggleTable: () => void;
  readonly onCopy: (spec: ChartSpec) => void;
}

export function ChartView(props: ChartViewProps) {
  const { spec, hidden, table } = props;
  const id = useId();
  return (
    <figure class="chart" data-chart={spec.id}>
      <figcaption>
        <h3 id={`${id}-title`}>{spec.title}</h3>
        <p class={spec.spokenOnly ? 'visually-hidden' : 'description'} id={`${id}-description`}>{spec.description}</p>
      </figcaption>
      {spec.empty === undefined ? (
        <>
          <Legend entries={legendEntries(spec)} hidden={hidden} onToggle={props.onToggleSeries}>
            <button type="button" class="link" aria-pressed={table} onClick={props.onToggleTable}>Table</button>
          </Legend>
          <Picture {...props} labelledBy={`${id}-title`} describedBy={`${id}-description`} />
          {table && <PointTable spec={spec} hidden={hidden} />}
        </>
      ) : (
        <p class="empty">{spec.empty}</p>
      )}
      {spec.notes.map((note) => <p class="note" key={note}>{note}</p>)}
    </figure>
  );
}

interface PictureProps extends ChartViewProps {
  readonly labelledBy: string;
  readonly describedBy: string;
}

function Picture({ spec, hidden, height, onToggleTable, onCopy, labelledBy, describedBy }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { show, clear } = useChart(canvas, spec, hidden);
  const [cursor, setCursor] = useState<Cursor>();

  const place = (next: Cursor | undefined) => {
    setCursor(next);
    if (next) {
      show(next);
      announce(describePoint(spec, next) ?? '');
    } else clear();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const series = navigable(spec, hidden);
    const key = event.shiftKey && event.key === 'ArrowRight' ? 'ArrowDown' : event.shiftKey && event.key === 'ArrowLeft' ? 'ArrowUp' : event.key;
    const next = moveCursor(series, cursor, key);
    if (next) place(next);
    else if (key === 'Escape') place(undefined);
    else if (key.toLowerCase() === 't') onToggleTable();
    else if (key.toLowerCase() === 'c') onCopy(spec);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class="picture"
      style={{ height: `${height}px` }}
      tabIndex={0}
      role="application"
      aria-roledescription="chart"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Home End T C Escape"
      title="Arrow keys move between points, up and down between lines; T shows the table, C copies it"
      onKeyDown={onKeyDown}
      onBlur={() => place(undefined)}
    >
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

/** Creates the chart once, updates it when spec, visibility or theme change, and destroys it on unmount. */
function useChart(canvas: { readonly current: HTMLCanvasElement | null }, spec: ChartSpec, hidden: ReadonlySet<string>) {
  const chart = useRef<LineChart>();
  const drawing = useRef<Drawing>();
  const redraw = () => {
    const now = drawing.current;
    if (!chart.current || !now) return;
    chart.current.data.datasets = datasetsOf(now, chart.current.data.datasets);
    chart.current.options = chartOptions(() => drawing.current ?? now);
    chart.current.update('none');
  };
  useLayoutEffect(() => {
    if (!canvas.current) return;
    const first: Drawing = { spec, hidden, theme: readTheme() };
    drawing.current = first;
    chart.current = new Chart(canvas.current, chartConfig(() => drawing.current ?? first));
    const stop = onThemeChange(() => {
      if (drawing.current) drawing.current = { ...drawing.current, theme: readTheme() };
      redraw();
    });
    return () => {
      stop();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, []);
  useEffect(() => {
    if (!drawing.current || (drawing.current.spec === spec && drawing.current.hidden === hidden)) return;
    drawing.current = { ...drawing.current, spec, hidden };
    redraw();
  }, [spec, hidden]);

  const activate = (elements: { datasetIndex: number; index: number }[]) => {
    chart.current?.setActiveElements(elements);
    chart.current?.tooltip?.setActiveElements(elements, { x: 0, y: 0 });
    chart.current?.update('none');
  };
  return {
    clear: () => activate([]),
    show: (cursor: Cursor) => {
      const datasetIndex = drawing.current ? drawnSeries(drawing.current).findIndex((series) => series.key === cursor.series) : -1;
      if (datasetIndex >= 0) activate([{ datasetIndex, index: cursor.index }]);
    },
  };
}
