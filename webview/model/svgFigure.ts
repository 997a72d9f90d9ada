/**
 * A figure of a study as data. The file is our own, but it lies in the workspace, where anybody may edit it: its markup is
 * never injected. It is read by this small reader, which knows the elements and attributes that our charts are made of and
 * drops all else, and is drawn anew from what was read. The colours then come from the page's own style sheet and so from
 * VS Code's theme, which an <img> could not follow.
 */

const ELEMENTS = ['svg', 'g', 'path', 'rect', 'line', 'circle', 'text', 'title', 'desc', 'clipPath'] as const;
type ElementName = (typeof ELEMENTS)[number];

export interface FigureNode {
  readonly name: ElementName;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (FigureNode | string)[];
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const NUMBERS = /^[-\d., ]+$/;
const NAME = /^[A-Za-z][\w-]*$/;
const NAMES = /^[A-Za-z][\w-]*( [A-Za-z][\w-]*)*$/;
/** What each attribute may say; no address but a name within the same figure, and no style. */
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  class: NAMES, id: NAME, 'aria-labelledby': NAMES, role: /^img$/, viewBox: NUMBERS,
  x: NUMBER, y: NUMBER, x1: NUMBER, x2: NUMBER, y1: NUMBER, y2: NUMBER, cx: NUMBER, cy: NUMBER, r: NUMBER, width: NUMBER, height: NUMBER,
  d: /^[MLHVAZCQSTmlhvazcqst\d\s.,-]+$/,
  transform: /^(translate|rotate)\([-\d. ]+\)$/,
  'text-anchor': /^(start|middle|end)$/,
  'stroke-dasharray': NUMBERS, 'stroke-opacity': /^[\d.]+$/,
  'clip-path': /^url\(#[A-Za-z][\w-]*\)$/,
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal !== undefined ? Number(decimal) : parseInt(hex ?? '', 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** An opening tag, a closing tag, or text. Comments, processing instructions, doctypes and CDATA are none of these. */
const TOKEN = /<([A-Za-z]\w*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|<\/([A-Za-z]\w*)\s*>|([^<]+)/y;
const ATTRIBUTE = /([\w:-]+)="([^"<]*)"/g;
/** Ours are three levels deep. */
const MOST_DEEP = 20;

interface Open {
  readonly tag: string;
  /** Undefined for an element that is dropped with all that is in it. */
  readonly node: { readonly name: ElementName; readonly attributes: Record<string, string>; readonly children: (FigureNode | string)[] } | undefined;
}

/** Undefined where the text is no figure of ours: anything that the reader does not know the syntax of, or no whole <svg>. */
export function readFigure(svg: string): FigureNode | undefined {
  const stack: Open[] = [];
  let root: FigureNode | undefined;
  const text = svg.trim();
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length; ) {
    const match = TOKEN.exec(text);
    if (match === null || root !== undefined) return undefined;
    const [, opened, attributes = '', selfClosing, closed, letters] = match;
    if (letters !== undefined) addText(stack.at(-1), letters);
    if (opened !== undefined) {
      if (stack.length >= MOST_DEEP) return undefined;
      stack.push({ tag: opened, node: nodeOf(opened, attributes, stack) });
    }
    if (closed !== undefined || selfClosing === '/') {
      const last = stack.pop();
      if (last === undefined || (closed !== undefined && last.tag !== closed)) return undefined;
      if (stack.length === 0) root = last.node;
      if (stack.length === 0 && root?.name !== 'svg') return undefined;
    }
  }
  return stack.length === 0 ? root : undefined;
}

function nodeOf(tag: string, attributes: string, stack: readonly Open[]): Open['node'] {
  const parent = stack.at(-1);
  const name = ELEMENTS.find((one) => one === tag);
  if (name === undefined || (parent !== undefined && parent.node === undefined)) return undefined;
  const node = { name, attributes: allowed(attributes), children: [] };
  parent?.node?.children.push(node);
  return node;
}

function allowed(text: string): Record<string, string> {
  const pairs = [...text.matchAll(ATTRIBUTE)].map(([, name = '', value = '']) => [name, decoded(value)] as const);
  return Object.fromEntries(pairs.filter(([name, value]) => Object.hasOwn(ATTRIBUTES, name) && ATTRIBUTES[name]?.test(value) === true));
}

/** Words stand only where they are shown or spoken; the line ends between elements are nothing. */
function addText(open: Open | undefined, letters: string): void {
  const node = open?.node;
  if (node !== undefined && ['text', 'title', 'desc'].includes(node.name)) node.children.push(decoded(letters));
}
