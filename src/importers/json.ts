/**
 * JSON as Python writes it: bare NaN, Infinity and -Infinity, which `JSON.parse` refuses; and JSON that is cut off or damaged,
 * of which everything before the damage is kept. The quick way first: only what `JSON.parse` refuses is read by hand.
 */

interface JsonRead {
  /** Undefined where not even the beginning could be read. */
  readonly value: unknown;
  readonly damage?: JsonDamage;
}

interface JsonDamage {
  readonly message: string;
  /** Characters from the beginning, and for people, both from 1. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export function readJson(text: string): JsonRead {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return new Salvage(text).read();
  }
}

/** Deeper than any log; without it a file of a million brackets would exhaust the stack. */
const DEEPEST = 100;
const BARE: Readonly<Record<string, unknown>> = { true: true, false: false, null: null, NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity };
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /-?[A-Za-z]+/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = /[ \t\r\n]*/y;

class Salvage {
  private at = 0;
  private damage: JsonDamage | undefined;

  constructor(private readonly text: string) {}

  read(): JsonRead {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
    const value = this.value(0);
    this.match(SPACE);
    if (this.damage === undefined && this.at < this.text.length) this.stop('something follows the end of the document');
    return this.damage === undefined ? { value } : { value, damage: this.damage };
  }

  /** Undefined once something is broken; containers keep what came before. */
  private value(depth: number): unknown {
    this.match(SPACE);
    const first = this.text[this.at];
    if (first === '{' || first === '[') {
      if (depth > DEEPEST) return this.stop(`more than ${DEEPEST} levels deep`);
      return first === '{' ? this.object(depth) : this.array(depth);
    }
    if (first === '"') return this.string();
    const number = this.match(NUMBER);
    if (number !== undefined) return Number(number);
    const word = this.match(WORD);
    if (word !== undefined && Object.hasOwn(BARE, word)) return BARE[word];
    if (word !== undefined) this.at -= word.length;
    return this.stop(first === undefined ? 'the document ends early' : `unexpected ${JSON.stringify(first)}`);
  }

  private object(depth: number): Record<string, unknown> {
    const entries: Record<string, unknown> = {};
    this.at += 1;
    this.match(SPACE);
    if (this.takes('}')) return entries;
    while (this.damage === undefined) {
      this.match(SPACE);
      const key = this.text[this.at] === '"' ? this.string() : this.stop('a key in quotes is missing');
      this.match(SPACE);
      if (key === undefined || !this.takes(':')) return this.keepDamage(entries, 'a colon is missing');
      const value = this.value(depth + 1);
      // A container that broke inside keeps its beginning; a torn number or text would be another one.
      if (value !== undefined) Object.defineProperty(entries, key, { value, enumerable: true, writable: true, configurable: true });
      if (this.damage !== undefined) return entries;
      this.match(SPACE);
      if (this.takes('}')) return entries;
      if (this.takes(',')) continue;
      // Cut off here, 12 may be the beginning of 120, and 0 that of 0.5.
      if (typeof value === 'number') delete entries[key];
      return this.keepDamage(entries, 'a comma or the end of the object is missing');
    }
    return entries;
  }

  /** Of a row that broke inside nothing is kept: its step may be missing. */
  private array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.at += 1;
    this.match(SPACE);
    if (this.takes(']')) return items;
    while (this.damage === undefined) {
      const value = this.value(depth + 1);
      if (this.damage !== undefined) return items;
      items.push(value);
      this.match(SPACE);
      if (this.takes(']')) return items;
      if (!this.takes(',')) return this.keepDamage(items, 'a comma or the end of the list is missing');
    }
    return items;
  }

  private string(): string | undefined {
    const end = this.endOfString();
    if (end === undefined) return this.stop('a text has no end');
    try {
      const text = JSON.parse(this.text.slice(this.at, end)) as string;
      this.at = end;
      return text;
    } catch {
      return this.stop('a text holds a broken escape or a control character');
    }
  }

  /** Just after the closing quote. By hand: a regular expression would need a stack as deep as the text is long. */
  private endOfString(): number | undefined {
    for (let at = this.at + 1; at < this.text.length; at += 1) {
      const code = this.text.charCodeAt(at);
      if (code === QUOTE) return at + 1;
      if (code === BACKSLASH) at += 1;
    }
    return undefined;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.at += found.length;
    return found;
  }

  private takes(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private keepDamage<T>(value: T, message: string): T {
    this.stop(message);
    return value;
  }

  /** The first damage is the one that counts. */
  private stop(message: string): undefined {
    if (this.damage !== undefined) return undefined;
    const before = this.text.slice(0, this.at);
    const lineStart = before.lastIndexOf('\n') + 1;
    this.damage = { message, offset: this.at, line: before.split('\n').length, column: this.at - lineStart + 1 };
    return undefined;
  }
}
