/** Offsets in a text as 1-based lines and columns. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export class TextPlaces {
  private readonly lineStarts: number[] = [0];

  constructor(text: string) {
    // \r\n ends at its \n, so only a lone \r needs a case of its own.
    for (const match of text.matchAll(/\r\n|\n|\r/g)) this.lineStarts.push(match.index + match[0].length);
  }

  /** 1-based; columns count UTF-16 units, as editors do. */
  at(offset: number): Place {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.lineStarts[low] ?? 0) + 1 };
  }
}
