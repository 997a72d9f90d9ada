/** A figure of the study, drawn from what was read of its file. */
import { h, type VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { FigureView } from '../../src/core/protocol/verdict';
import { readFigure, type FigureNode } from '../model/svgFigure';

export function Figure({ figure }: { readonly figure: FigureView }) {
  const node = useMemo(() => (figure.svg === undefined ? undefined : readFigure(figure.svg)), [figure.svg]);
  return (
    <figure data-figure={figure.file}>
      <h3>{figure.title}</h3>
      {node === undefined
        ? <p class="empty" role="note">{figure.svg === undefined ? `${figure.file} is not there.` : `${figure.file} is not the figure that the study wrote.`} Run the study again with --verdict-only to draw it anew.</p>
        : draw(node)}
      <figcaption class="note">{figure.caption}</figcaption>
    </figure>
  );
}

const draw = ({ name, attributes, children }: FigureNode): VNode => h(name, { ...attributes }, children.map((child) => (typeof child === 'string' ? child : draw(child))));
