/** The chart's table twin: every point it shows, with its interval. */
import type { ChartSpec } from './spec';

export function PointTable({ spec, hidden }: { readonly spec: ChartSpec; readonly hidden: ReadonlySet<string> }) {
  const series = spec.series.filter((one) => !hidden.has(one.legend) && one.points.length > 0);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${spec.title}: data`}>
      <table class="data">
        <thead>
          <tr><th scope="col">Series</th><th scope="col" class="number">{spec.x.label}</th><th scope="col" class="number">{spec.y.label}</th><th scope="col" class="number">95% interval</th></tr>
        </thead>
        <tbody>
          {series.flatMap(({ key, label, points }) => points.map((point, i) => (
            <tr key={`${key}/${i}`}>
              <th scope="row">{label}</th>
              <td class="number" data-value={point.x}>{spec.x.format(point.x)}</td>
              <td class="number" data-value={point.y} data-metric={point.source?.metric} data-run={point.source?.run} data-step={point.source?.step}>{spec.y.format(point.y)}</td>
              <td class="number">{point.low === undefined || point.high === undefined ? '' : `[${spec.y.format(point.low)}, ${spec.y.format(point.high)}]`}</td>
            </tr>
          )))}
        </tbody>
      </table>
    </div>
  );
}

/** The same as comma-separated values at full precision. */
export function pointsCsv(spec: ChartSpec): string {
  const rows = spec.series.flatMap(({ label, points }) => points.map(({ x, y, low, high }) => [quoted(label), x, y, low ?? '', high ?? ''].join(',')));
  return [`series,${quoted(spec.x.label)},${quoted(spec.y.label)},low,high`, ...rows].join('\n');
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
