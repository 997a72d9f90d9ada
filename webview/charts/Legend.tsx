/** Which line is which, by colour, dash and marker; each entry shows or hides its series. */
import type { ComponentChildren } from 'preact';
import type { SeriesForm } from './spec';

interface LegendProps {
  readonly entries: readonly { readonly name: string; readonly slot: number; readonly form: SeriesForm }[];
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (name: string) => void;
  readonly children?: ComponentChildren;
}

export function Legend({ entries, hidden, onToggle, children }: LegendProps) {
  return (
    <div class="legend">
      {entries.map(({ name, slot }) => (
        <button type="button" key={name} class="entry" aria-pressed={!hidden.has(name)} title={`Show or hide ${name}`} onClick={() => onToggle(name)}>
          <Swatch slot={slot} />
          <span>{name}</span>
        </button>
      ))}
      <span class="grow" />
      {children}
    </div>
  );
}

const DASHES = ['', '6 3', '2 2.5', '7 2 2 2', '10 3', '4 2'];

/** The same dash and marker as in the chart (theme.ts), as SVG so that it follows the theme by itself. */
export function Swatch({ slot }: { readonly slot: number }) {
  const index = slot % DASHES.length;
  return (
    <svg class={`swatch slot-${index}`} viewBox="0 0 28 12" width="28" height="12" aria-hidden="true">
      <path d="M0 6H28" stroke-dasharray={DASHES[index]} />
      <Marker index={index} />
    </svg>
  );
}

function Marker({ index }: { readonly index: number }) {
  switch (index) {
    case 0: return <circle cx="14" cy="6" r="3.5" />;
    case 1: return <path class="mark" d="M14 2L18 9.5H10Z" />;
    case 2: return <rect x="10.7" y="2.7" width="6.6" height="6.6" />;
    case 3: return <path class="mark" d="M14 1.5L18.5 6L14 10.5L9.5 6Z" />;
    case 4: return <path d="M11 3L17 9M17 3L11 9" />;
    default: return <path d="M14 2V10M10 6H18M11.2 3.2L16.8 8.8M16.8 3.2L11.2 8.8" />;
  }
}
