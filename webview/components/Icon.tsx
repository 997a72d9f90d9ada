/** Status shapes as SVG in the text's colour: each has an outline of its own, so that colour only repeats it. */
import type { StatusFace } from '../model/status';

const PATHS: Readonly<Record<StatusFace['icon'], string>> = {
  clock: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M8 5v3.2l2.2 1.6',
  play: 'M5 3.2l7.5 4.8L5 12.8z',
  check: 'M2.8 8.6l3.4 3.4l7-7.6',
  stop: 'M4 4h8v8H4z',
  cross: 'M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4',
  question: 'M5.4 6a2.6 2.6 0 1 1 4.2 2c-1 .7-1.6 1.1-1.6 2.2M8 12.6v.6',
};

export const StatusIcon = ({ icon }: { readonly icon: StatusFace['icon'] }) => (
  <svg class={`icon icon-${icon}`} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d={PATHS[icon]} /></svg>
);
