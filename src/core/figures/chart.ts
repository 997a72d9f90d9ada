/** A line chart as an SVG string: pure, self-contained, readable without colour and by a screen reader. */
import { escapeText } from './escape';
import { CHART_CSS, styleOf, type Marker, type SeriesStyle } from './palette';
import { position, type Axis } from './scale';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
  /** Shown on hover. */
  readonly note?: string;
}

export interface Series {
  readonly label: string;
  /** Chooses colour, dash and marker; the same arm has the same index in every figure. */
  readonly style: number;
  /** Drawn as markers with interval bars. */
  readonly points?: readonly ChartPoint[];
  /** Drawn as a line, with a band where `low` and `high` are given. */
  readonly line?: readonly ChartPoint[];
}

export interface Rule {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly label: string;
  readonly dash?: string;
}

export interface Chart {
  readonly title: string;
  /** The picture in words, for those who do not see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly rules?: readonly Rule[];
  /** Unique on a page. */
  readonly id: string;
  /** Drawn at about the size it is shown at, so that its text is as large as the page's. */
  readonly size?: 'wide' | 'compact';
}

const SIZES = { wide: { width: 840, height: 420 }, compact: { width: 540, height: 320 } } as const;
const LEFT = 64;
const RIGHT = 112;
const TOP = 32;
const BOTTOM = 52;
const LABEL_GAP = 15;
/** Markers on the edge are shown whole. */
const OVERHANG = 6;

const round = (value: number) => Number(value.toFixed(1));

/** From data to positions, and where the plot ends. */
interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly width: number;
  readonly height: number;
  readonly right: number;
  readonly bottom: number;
}

function frameOf({ x, y, size = 'wide' }: Chart): Frame {
  const { width, height } = SIZES[size];
  const [right, bottom] = [width - RIGHT, height - BOTTOM];
  return {
    x: (value) => round(LEFT + position(x, value) * (right - LEFT)),
    y: (value) => round(TOP + (1 - position(y, value)) * (bottom - TOP)),
    width, height, right, bottom,
  };
}

/** The chart; `standalone` puts the style sheet inside, for use outside our report. */
export function chartSvg(chart: Chart, standalone = false): string {
  const frame = frameOf(chart);
  const clip = `${chart.id}-clip`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="ag-chart" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-labelledby="${chart.id}-title ${chart.id}-desc">`,
    `<title id="${chart.id}-title">${escapeText(chart.title)}</title>`,
    `<desc id="${chart.id}-desc">${escapeText(chart.description)}</desc>`,
    ...(standalone ? [`<style>${CHART_CSS}</style>`] : []),
    `<clipPath id="${clip}"><rect x="${LEFT - OVERHANG}" y="${TOP - OVERHANG}" width="${frame.right - LEFT + 2 * OVERHANG}" height="${frame.bottom - TOP + 2 * OVERHANG}"/></clipPath>`,
    `<rect class="ag-back" width="${frame.width}" height="${frame.height}"/>`,
    ...axes(chart, frame),
    `<g clip-path="url(#${clip})">`,
    ...chart.series.map((series) => band(series, frame)),
    ...(chart.rules ?? []).map((rule) => ruleLine(rule, frame)),
    ...chart.series.flatMap((series) => [line(series, frame), ...markers(series, frame)]),
    '</g>',
    ...ruleLabels(chart, frame),
    ...endLabels(chart.series, frame),
    '</svg>',
  ].filter((part) => part !== '').join('\n');
}

function axes({ x, y }: Chart, frame: Frame): string[] {
  const { right, bottom } = frame;
  const middle = (TOP + bottom) / 2;
  return [
    ...y.ticks.flatMap(({ at, label }) => [
      `<line class="ag-grid" x1="${LEFT}" x2="${right}" y1="${frame.y(at)}" y2="${frame.y(at)}"/>`,
      `<text class="ag-tick" x="${LEFT - 8}" y="${frame.y(at) + 4}" text-anchor="end">${escapeText(label)}</text>`,
    ]),
    ...x.ticks.flatMap(({ at, label }) => [
      `<line class="ag-axis" x1="${frame.x(at)}" x2="${frame.x(at)}" y1="${bottom}" y2="${bottom + 5}"/>`,
      `<text class="ag-tick" x="${frame.x(at)}" y="${bottom + 18}" text-anchor="middle">${escapeText(label)}</text>`,
    ]),
    `<path class="ag-axis" d="M${LEFT} ${TOP}V${bottom}H${right}"/>`,
    `<text x="${(LEFT + right) / 2}" y="${frame.height - 12}" text-anchor="middle">${escapeText(x.label)}</text>`,
    `<text x="16" y="${middle}" text-anchor="middle" transform="rotate(-90 16 ${middle})">${escapeText(y.label)}</text>`,
  ];
}

const pathOf = (points: readonly (readonly [number, number])[]) => points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');

function band({ line: points = [], style }: Series, frame: Frame): string {
  const upper = points.flatMap(({ x, high }) => (high === undefined ? [] : [[frame.x(x), frame.y(high)] as const]));
  const lower = points.flatMap(({ x, low }) => (low === undefined ? [] : [[frame.x(x), frame.y(low)] as const]));
  if (upper.length < 2) return '';
  return `<path class="ag-f${styleOf(style).colour} ag-band" d="${pathOf([...upper, ...lower.reverse()])}Z"/>`;
}

function line({ line: points = [], style }: Series, frame: Frame): string {
  if (points.length === 0) return '';
  const { colour, dash } = styleOf(style);
  const dashes = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return `<path class="ag-c${colour}"${dashes} d="${pathOf(points.map(({ x, y }) => [frame.x(x), frame.y(y)]))}"/>`;
}

function markers({ points = [], style }: Series, frame: Frame): string[] {
  const look = styleOf(style);
  return points.map((point) => {
    const x = frame.x(point.x);
    const bar =
      point.low === undefined || point.high === undefined
        ? ''
        : `<path class="ag-c${look.colour}" stroke-opacity=".45" style="stroke-width:1" d="M${x} ${frame.y(point.low)}V${frame.y(point.high)}"/>`;
    const note = point.note === undefined ? '' : `<title>${escapeText(point.note)}</title>`;
    return `<g>${bar}${markerShape(look, x, frame.y(point.y))}${note}</g>`;
  });
}

const SHAPES: Readonly<Record<Marker, string>> = {
  circle: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z',
  triangle: 'M0 -5L4.6 3.4H-4.6Z',
  square: 'M-3.6 -3.6H3.6V3.6H-3.6Z',
  diamond: 'M0 -5L5 0L0 5L-5 0Z',
  plus: 'M-4.5 0H4.5M0 -4.5V4.5',
  cross: 'M-3.6 -3.6L3.6 3.6M-3.6 3.6L3.6 -3.6',
};
const markerShape = ({ colour, marker }: SeriesStyle, x: number, y: number) =>
  `<path class="ag-m${colour}" transform="translate(${x} ${y})" d="${SHAPES[marker]}"/>`;

function ruleLine({ axis, at, dash = '4 4' }: Rule, frame: Frame): string {
  const d = axis === 'x' ? `M${frame.x(at)} ${TOP}V${frame.bottom}` : `M${LEFT} ${frame.y(at)}H${frame.right}`;
  return `<path class="ag-rule" stroke-dasharray="${dash}" d="${d}"/>`;
}

/** Labels of vertical rules stand on top, one row lower when they would touch. */
function ruleLabels({ rules = [], series }: Chart, frame: Frame): string[] {
  let rightmost = -Infinity;
  let row = 0;
  const vertical = rules.filter(({ axis }) => axis === 'x').sort((a, b) => a.at - b.at);
  const top = vertical.map(({ at, label }) => {
    const x = frame.x(at);
    row = x < rightmost ? row + 1 : 0;
    rightmost = x + label.length * CHARACTER;
    return `<text class="ag-tick ag-halo" x="${x + 4}" y="${TOP - 10 + row * 16}">${escapeText(label)}</text>`;
  });
  return [...top, ...sideLabels(rules.filter(({ axis }) => axis === 'y'), series, frame)];
}

/** About the width of a character of a label, px. */
const CHARACTER = 6.5;
/** Baselines closer than this touch, px. */
const LINE = 12;

/** Labels of horizontal rules: at the emptier end above the line, or wherever they do not cover the label of another rule. */
function sideLabels(rules: readonly Rule[], series: readonly Series[], frame: Frame): string[] {
  const marks = series.flatMap(({ points = [], line: curve = [] }) => [...points, ...curve]).map(({ x, y }) => ({ x: frame.x(x), y: frame.y(y) }));
  const room = (y: number, from: number, to: number) => Math.min(Infinity, ...marks.filter(({ x }) => x >= from && x <= to).map((mark) => Math.abs(mark.y - (y - 3))));
  const placed: { readonly isLeft: boolean; readonly y: number }[] = [];
  return rules.map(({ at, label }) => {
    const width = label.length * CHARACTER;
    const spots = [frame.y(at) - 5, frame.y(at) + 13].flatMap((y) => [
      { y, isLeft: true, room: room(y, LEFT, LEFT + width) },
      { y, isLeft: false, room: room(y, frame.right - width, frame.right) },
    ]);
    const open = spots.filter((spot) => placed.every((other) => other.isLeft !== spot.isLeft || Math.abs(other.y - spot.y) >= LINE));
    const above = (open.length > 0 ? open : spots).slice(0, 2);
    const { y, isLeft } = above.reduce((best, spot) => (spot.y === best.y && spot.room > best.room ? spot : best));
    placed.push({ isLeft, y });
    return `<text class="ag-tick ag-halo" x="${isLeft ? LEFT + 6 : frame.right - 6}" y="${y}"${isLeft ? '' : ' text-anchor="end"'}>${escapeText(label)}</text>`;
  });
}

/** Each series is named where it ends; names that would cover each other are pushed apart. */
function endLabels(series: readonly Series[], frame: Frame): string[] {
  const ends = series
    .flatMap(({ label, style, line: curve = [], points = [] }) => {
      const last = curve.at(-1) ?? points.reduce<ChartPoint | undefined>((a, b) => (a === undefined || b.x >= a.x ? b : a), undefined);
      return last === undefined ? [] : [{ label, style, y: frame.y(last.y) }];
    })
    .sort((a, b) => a.y - b.y);
  let lowest = TOP - LABEL_GAP;
  return ends.map(({ label, style, y }) => {
    lowest = Math.max(y, lowest + LABEL_GAP);
    const x = frame.right + 14;
    return `${markerShape(styleOf(style), x, round(lowest))}<text class="ag-label" x="${x + 10}" y="${round(lowest + 4)}">${escapeText(shorten(label))}</text>`;
  });
}

/** A marker on its own, for a table beside the chart. */
export const markerSvg = (style: number) =>
  `<svg class="ag-chart swatch" viewBox="-8 -8 16 16" aria-hidden="true">${markerShape(styleOf(style), 0, 0)}</svg>`;

const shorten = (label: string) => (label.length > 15 ? `${label.slice(0, 14)}…` : label);
