/** Plain tables over cli-table3: no box, so that they can be cut and piped; colour only in cells. */
import Table from 'cli-table3';

const NO_BORDERS = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
  bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
};

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const grid = new Table({
    head: columns.map(({ title }) => title),
    chars: NO_BORDERS,
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  grid.push(...rows.map((row) => row.map(oneLine)));
  return `${grid.toString().split('\n').map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Names and messages come from files: no line break or escape sequence of theirs reaches the terminal. */
export const oneLine = (text: string) => text.replace(/[\r\n\t]+/g, ' ').replace(CONTROL, (character) => (STYLE.test(character) ? character : ''));

// control characters are what this is about; our own colours (ESC [ … m) are kept
const CONTROL = /\u001b\[[0-9;]*m|[\u0000-\u001f\u007f-\u009f]/g;
// as above
const STYLE = /^\u001b\[[0-9;]*m$/;
