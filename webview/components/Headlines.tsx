import type { Headline } from '../model/headlines';

/** A row of numbers; the data attributes carry what `show --json` and `gap --json` print, unrounded. */
export function Headlines({ items, label }: { readonly items: readonly Headline[]; readonly label: string }) {
  return (
    <ul class="headlines" aria-label={label}>
      {items.map(({ metric, label: name, value, text, interval, detail, source }) => (
        <li key={metric} data-metric={metric} data-value={value} data-run={source?.run} data-step={source?.step}>
          <span class="name">{name}</span>
          <span class="value">{text}</span>
          <span class="interval">{interval === '' ? '' : `95% ${interval}`}</span>
          <span class="detail">{detail}</span>
        </li>
      ))}
    </ul>
  );
}
