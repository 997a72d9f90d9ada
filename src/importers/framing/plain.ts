/** A value that a log keeps as text, as what it reads as: number, truth value, nothing, JSON list; else the text. Pure. */
export function plain(text: string): unknown {
  if (text === 'True' || text === 'true') return true;
  if (text === 'False' || text === 'false') return false;
  if (text === 'None' || text === 'null') return null;
  if (text.startsWith('[') || text.startsWith('{')) return parsed(text);
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // Python's own notation, which is no JSON
  }
}
