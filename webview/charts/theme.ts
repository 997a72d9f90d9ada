/** Colours out of VS Code's tokens, and everything that tells series apart without them. */
import { color } from 'chart.js/helpers';
import type { PointStyle } from 'chart.js';

export interface ChartTheme {
  readonly series: readonly string[];
  readonly text: string;
  readonly quiet: string;
  readonly grid: string;
  readonly background: string;
  readonly limit: string;
  readonly hoverBackground: string;
  readonly hoverBorder: string;
  readonly font: string;
  readonly fontSize: number;
  /** High contrast or forced colours: thicker lines, no translucency under text. */
  readonly strong: boolean;
}

/** Dash and marker of a slot: enough to tell two series apart on a grey print. */
export const SLOT_STYLES: readonly { readonly dash: readonly number[]; readonly marker: PointStyle }[] = [
  { dash: [], marker: 'circle' },
  { dash: [7, 4], marker: 'triangle' },
  { dash: [2, 3], marker: 'rect' },
  { dash: [9, 3, 2, 3], marker: 'rectRot' },
  { dash: [12, 4], marker: 'crossRot' },
  { dash: [4, 2], marker: 'star' },
];

export const slotStyle = (slot: number) => SLOT_STYLES[slot % SLOT_STYLES.length] ?? { dash: [], marker: 'circle' as const };

/** Theme tokens in slot order; the second is VS Code's own dark value, for hosts that lack the token. */
const SERIES_TOKENS = [
  ['--vscode-charts-blue', '#3794ff'],
  ['--vscode-charts-orange', '#d18616'],
  ['--vscode-charts-green', '#89d185'],
  ['--vscode-charts-purple', '#b180d7'],
  ['--vscode-charts-red', '#f14c4c'],
  ['--vscode-charts-yellow', '#cca700'],
] as const;

/** System colours, which is all that forced colours leave. */
const FORCED_SERIES = ['LinkText', 'CanvasText', 'Highlight', 'VisitedText', 'GrayText', 'ButtonText'];

const forced = () => matchMedia('(forced-colors: active)');

export function readTheme(): ChartTheme {
  const isForced = forced().matches;
  const resolve = colourResolver();
  const token = (name: string, fallback: string, system: string) => resolve(isForced ? system : `var(${name}, ${fallback})`);
  const text = token('--vscode-foreground', '#cccccc', 'CanvasText');
  const background = token('--vscode-editor-background', '#1f1f1f', 'Canvas');
  const body = getComputedStyle(document.body);
  return {
    series: SERIES_TOKENS.map(([name, fallback], i) => legible(token(name, fallback, FORCED_SERIES[i] ?? 'CanvasText'), text, background)),
    text,
    quiet: token('--vscode-descriptionForeground', '#9d9d9d', 'CanvasText'),
    grid: withAlpha(text, 0.14),
    background,
    limit: token('--vscode-errorForeground', '#f85149', 'CanvasText'),
    hoverBackground: token('--vscode-editorHoverWidget-background', '#202020', 'Canvas'),
    hoverBorder: token('--vscode-editorHoverWidget-border', '#454545', 'CanvasText'),
    font: body.fontFamily,
    fontSize: Math.max(10, (parseFloat(body.fontSize) || 13) - 1),
    strong: isForced || /\bvscode-high-contrast/.test(document.body.className),
  };
}

/** WCAG's least contrast of graphics; VS Code's own light orange has 2.9 on white. */
const LEAST_CONTRAST = 3;

/** The colour, moved towards the text's until it stands out from the background. */
function legible(colour: string, text: string, background: string): string {
  for (let share = 0; share <= 1; share += 0.1) {
    const rgb = color(colour).mix(color(text), 1 - share).rgbString();
    if (contrast(rgb, background) >= LEAST_CONTRAST) return rgb;
  }
  return text;
}

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const { r, g, b } = color(colour).rgb;
  const linear = (channel: number): number => (channel <= 10.31 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Hands the series' colours to the style sheet, for the legends; follows the theme for as long as the page lives. */
export function publishSeriesColours(root: HTMLElement): void {
  const publish = () => readTheme().series.forEach((colour, i) => root.style.setProperty(`--slot-${i}`, colour));
  publish();
  onThemeChange(publish);
}

export const withAlpha = (colour: string, alpha: number): string => color(colour).alpha(alpha).rgbString();

/** Any CSS colour as rgb(), by way of an element's computed style: a canvas knows neither var() nor every notation. */
function colourResolver(): (css: string) => string {
  const probe = document.createElement('span');
  probe.hidden = true;
  // Under forced colours every colour would come back as the text's.
  probe.style.setProperty('forced-color-adjust', 'none');
  document.body.append(probe);
  queueMicrotask(() => probe.remove());
  return (css) => {
    probe.style.color = css;
    return getComputedStyle(probe).color;
  };
}

/** Calls back when VS Code switches theme (it rewrites the classes of body and the style of html) or colours get forced. */
export function onThemeChange(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  const query = forced();
  query.addEventListener('change', callback);
  return () => {
    observer.disconnect();
    query.removeEventListener('change', callback);
  };
}
