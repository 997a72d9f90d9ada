/** The few terminal styles that we use, or nothing where the terminal has none. */
export interface Colors {
  /** By arm, in the order of the palette's markers. */
  readonly arm: (index: number, text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

const ARM_CODES = [36, 33, 32, 35, 93, 94];

export function createColors(enabled: boolean): Colors {
  const wrap = (code: number, text: string) => (enabled && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    arm: (index, text) => wrap(ARM_CODES[index % ARM_CODES.length] ?? 36, text),
    bold: (text) => wrap(1, text),
    dim: (text) => wrap(2, text),
  };
}
