import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFigure, type FigureNode } from '../../../../webview/model/svgFigure';
import { verdictFigure } from '../../../fixtures/verdict';

const all = (node: FigureNode): FigureNode[] => [node, ...node.children.flatMap((child) => (typeof child === 'string' ? [] : all(child)))];
const wrapped = (inside: string): string => `<svg viewBox="0 0 10 10">${inside}</svg>`;
const inside = (text: string): FigureNode['children'] => readFigure(wrapped(text))?.children ?? ['not read'];

describe('a figure of a study', () => {
  const figure = readFigure(verdictFigure());

  it('is read whole: title, axes, marks, bands, rules and labels', () => {
    const nodes = figure === undefined ? [] : all(figure);
    const count = (name: string, of?: string): number => nodes.filter((node) => node.name === name && (of === undefined || (node.attributes['class'] ?? '').split(' ').includes(of))).length;
    expect(figure).toMatchObject({ name: 'svg', attributes: { class: 'ag-chart', viewBox: '0 0 840 420', role: 'img', 'aria-labelledby': 'coverage-kl-title coverage-kl-desc' } });
    expect(nodes.find(({ name }) => name === 'title')?.children).toEqual(['Win rate <against> KL & more']);
    expect([count('path', 'ag-m0'), count('path', 'ag-m1'), count('path', 'ag-band'), count('path', 'ag-rule')]).toEqual([4, 4, 2, 2]);
    expect(nodes.filter(({ attributes }) => attributes['clip-path'] === 'url(#coverage-kl-clip)')).toHaveLength(1);
    expect(nodes.filter(({ attributes, name }) => name === 'path' && attributes['transform'] === undefined).every(({ attributes }) => attributes['d'] !== undefined)).toBe(true);
  });

  it('brings neither its style sheet nor any style with it', () => {
    const text = JSON.stringify(figure);
    expect(verdictFigure()).toMatch(/<style>.*style="stroke-width:1"/s);
    expect(text).not.toMatch(/style|prefers-color-scheme/);
  });
});

describe('what is no figure of ours', () => {
  it.each([
    ['a script', '<script>alert(1)</script>'],
    ['a page inside', '<foreignObject><body><img src="x"/></body></foreignObject>'],
    ['an animation that sets an address', '<a><set attributeName="href" to="javascript:alert(1)"/></a>'],
    ['a picture from elsewhere', '<image href="https://example.org/x.png"/>'],
    ['use of another document', '<use href="https://example.org/x.svg#a"/>'],
    ['a style sheet', '<style>@import url(https://example.org/x.css);</style>'],
  ])('%s is dropped with all that is in it', (_, text) => expect(inside(`<g>${text}</g>`)).toEqual([{ name: 'g', attributes: {}, children: [] }]));

  it.each([
    ['a handler', 'onclick="alert(1)"'], ['a style', 'style="fill:red"'], ['an address', 'href="#a"'], ['an address with a prefix', 'xlink:href="#a"'],
    ['a clip elsewhere', 'clip-path="url(https://example.org/#a)"'], ['a fill by address', 'fill="url(https://example.org)"'],
    ['a class with more in it', 'class="a&quot; onload=&quot;x"'], ['a prototype', '__proto__="x"'], ['a number that is none', 'width="calc(1px)"'],
  ])('%s is left out', (_, text) => expect(inside(`<rect x="1" ${text}/>`)).toEqual([{ name: 'rect', attributes: { x: '1' }, children: [] }]));

  it.each([
    ['nothing', ''], ['words', 'hello'], ['another root', '<g></g>'], ['no end', '<svg><g></svg>'], ['two roots', '<svg></svg><svg></svg>'],
    ['a doctype with entities', '<!DOCTYPE svg [<!ENTITY a "b">]><svg></svg>'], ['a comment', '<svg><!-- x --></svg>'], ['CDATA', '<svg><![CDATA[x]]></svg>'],
    ['an attribute without quotes', '<svg width=1></svg>'], ['a dropped root', '<script></script>'], ['too deep', `${'<g>'.repeat(30)}${'</g>'.repeat(30)}`],
  ])('%s is refused', (_, text) => expect(readFigure(text)).toBeUndefined());

  it('never throws, and never lets an element or attribute through that it does not know', () => {
    const piece = fc.constantFrom('<svg>', '</svg>', '<g class="a">', '</g>', '<script>', '</script>', '<path d="M0 0" onload="x"/>', '<text>', '</text>', 'x&amp;&#60;&#x110000;', '"', '<', '&', ' ');
    const names = new Set(['svg', 'g', 'path', 'text']);
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const read = readFigure(`<svg>${pieces.join('')}</svg>`);
      for (const node of read === undefined ? [] : all(read)) {
        expect(names.has(node.name)).toBe(true);
        expect(Object.keys(node.attributes).filter((name) => !['class', 'd'].includes(name))).toEqual([]);
      }
    }));
  });
});
