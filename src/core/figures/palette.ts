/** How the arms are told apart: colour, dash and marker together, so that no one needs to see the colour. */

export type Marker = 'circle' | 'triangle' | 'square' | 'diamond' | 'plus' | 'cross';

export interface SeriesStyle {
  /** Index of the colour class `ag-cN`. */
  readonly colour: number;
  /** stroke-dasharray; empty for a full line. */
  readonly dash: string;
  readonly marker: Marker;
}

const MARKERS: readonly Marker[] = ['circle', 'triangle', 'square', 'diamond', 'plus', 'cross'];
const DASHES = ['', '7 4', '2 3', '9 3 2 3', '12 4', '4 2'];

/** Okabe and Ito's set, darkened on white and lightened on black until each has a contrast of 4.5:1 there. */
const LIGHT = ['#00639c', '#b34a00', '#007a57', '#9c3d75', '#7a5c00', '#4d4d9f'];
const DARK = ['#56b4e9', '#f0a030', '#2fc79b', '#e08fbf', '#e6d94a', '#a9a9f5'];

export const styleOf = (index: number): SeriesStyle => ({
  colour: index % LIGHT.length,
  dash: DASHES[index % DASHES.length] ?? '',
  marker: MARKERS[index % MARKERS.length] ?? 'circle',
});

const variables = (colours: readonly string[], ink: string, faint: string, grid: string, paper: string) =>
  [...colours.map((colour, i) => `--ag-c${i}:${colour}`), `--ag-ink:${ink}`, `--ag-faint:${faint}`, `--ag-grid:${grid}`, `--ag-paper:${paper}`].join(';');

/** One style sheet for all charts of a page; classes are prefixed so that it harms nothing around it. */
export const CHART_CSS = [
  `.ag-chart{${variables(LIGHT, '#1c1e21', '#57606a', '#dde1e6', '#ffffff')}}`,
  `@media (prefers-color-scheme:dark){.ag-chart{${variables(DARK, '#e8eaed', '#a3abb5', '#3a4048', '#16181c')}}}`,
  '.ag-chart text{font:12px system-ui,sans-serif;fill:var(--ag-ink)}',
  '.ag-chart .ag-tick{fill:var(--ag-faint);font-size:11px}',
  '.ag-chart .ag-label{font-weight:600}',
  '.ag-chart .ag-grid{stroke:var(--ag-grid);stroke-width:1}',
  '.ag-chart .ag-axis{stroke:var(--ag-faint);stroke-width:1;fill:none}',
  '.ag-chart .ag-rule{stroke:var(--ag-faint);stroke-width:1.2;fill:none}',
  '.ag-chart .ag-back{fill:var(--ag-paper)}',
  '.ag-chart .ag-halo{paint-order:stroke;stroke:var(--ag-paper);stroke-width:4px;stroke-linejoin:round}',
  ...LIGHT.map(
    (_, i) =>
      `.ag-chart .ag-c${i}{stroke:var(--ag-c${i});fill:none;stroke-width:2}.ag-chart .ag-f${i}{fill:var(--ag-c${i});stroke:none}` +
      `.ag-chart .ag-m${i}{stroke:var(--ag-c${i});stroke-width:1.6;fill:var(--ag-paper);fill-opacity:.55}`,
  ),
  '.ag-chart .ag-band{fill-opacity:.16}',
  '@media (forced-colors:active){.ag-chart .ag-band{fill-opacity:.3}}',
].join('\n');
