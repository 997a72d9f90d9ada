/** One parsed line → prompt, chosen and rejected, in whichever of the accepted shapes it is. Pure. */
import { assistantText, isAssistant, readTurns, renderTurns, type Turn } from './messages';
import { refuse, type Refusal } from './problems';

export interface PairText {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
}

const ASSISTANT = '\n\nAssistant:';
const HUMAN = '\n\nHuman:';

export const isRefusal = (value: object): value is Refusal => 'skip' in value;

/** @param text one line of the file, not blank */
export function parsePair(text: string): PairText | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse('notJson', firstLine(error instanceof Error ? error.message : String(error)));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('notAnObject');
  const pair = readFields(value as Readonly<Record<string, unknown>>);
  return isRefusal(pair) ? pair : checkPair(pair);
}

function readFields({ prompt, chosen, rejected }: Readonly<Record<string, unknown>>): PairText | Refusal {
  const missing = [['chosen', chosen], ['rejected', rejected]].filter(([, value]) => value === undefined || value === null);
  if (missing.length > 0) return refuse('missingField', missing.map(([name]) => `"${String(name)}"`).join(' and '));
  if (typeof chosen === 'string' && typeof rejected === 'string') {
    const dialogues = [chosen, rejected].map(unixLines) as [string, string];
    const whole = dialogues.every((dialogue) => dialogue.startsWith(HUMAN) && dialogue.includes(ASSISTANT));
    return whole || prompt === undefined || prompt === null ? fromDialogues(...dialogues) : withPrompt(prompt, chosen, rejected);
  }
  if (typeof chosen === 'string' || typeof rejected === 'string') return refuse('wrongType', '"chosen" and "rejected" should both be strings or both be lists');
  return fromLists(prompt, chosen, rejected);
}

/**
 * The prompt of two dialogues reaches up to the last assistant turn that both begin. A dialogue that goes on after that
 * turn (a further human turn) is cut there: what a human says is not the policy's response. Where the dialogues part in
 * a human turn there is no shared prompt.
 */
function fromDialogues(chosen: string, rejected: string): PairText | Refusal {
  const shared = sharedLength(chosen, rejected);
  const turn = chosen.slice(0, shared).lastIndexOf(ASSISTANT);
  if (turn < 0) return refuse('noAssistantTurn');
  const start = turn + ASSISTANT.length;
  if (chosen.slice(start, shared).includes(HUMAN)) return refuse('promptsDiffer');
  return { prompt: chosen.slice(0, turn), chosen: untilHuman(chosen.slice(start)), rejected: untilHuman(rejected.slice(start)) };
}

function withPrompt(prompt: unknown, chosen: string, rejected: string): PairText | Refusal {
  if (typeof prompt === 'string') return { prompt: withoutCue(unixLines(prompt)), chosen, rejected };
  const turns = readTurns(prompt, 'prompt');
  return isRefusal(turns) ? turns : { prompt: renderTurns(turns), chosen, rejected };
}

/** Lists that hold the whole dialogue carry their own prompt (TRL's implicit prompt); otherwise they are the responses. */
function fromLists(prompt: unknown, chosen: unknown, rejected: unknown): PairText | Refusal {
  const [a, b] = [readTurns(chosen, 'chosen'), readTurns(rejected, 'rejected')];
  if (isRefusal(a)) return a;
  if (isRefusal(b)) return b;
  const whole = [a[0], b[0]].every((turn) => turn !== undefined && !isAssistant(turn));
  if (whole) return fromWholeLists(a, b);
  if (prompt === undefined || prompt === null) return refuse('missingField', '"prompt", and the lists do not begin with a shared one');
  return withPrompt(prompt, assistantText(a, 0), assistantText(b, 0));
}

function fromWholeLists(chosen: readonly Turn[], rejected: readonly Turn[]): PairText | Refusal {
  let shared = 0;
  while (shared < chosen.length && shared < rejected.length && sameTurn(chosen[shared], rejected[shared])) shared += 1;
  if ([chosen[shared], rejected[shared]].some((turn) => turn !== undefined && !isAssistant(turn))) return refuse('promptsDiffer');
  // Assistant turns at the end of what is shared belong to the responses.
  while (shared > 0 && chosen[shared - 1]?.speaker === 'Assistant') shared -= 1;
  return { prompt: renderTurns(chosen.slice(0, shared)), chosen: assistantText(chosen, shared), rejected: assistantText(rejected, shared) };
}

function checkPair({ prompt, chosen, rejected }: PairText): PairText | Refusal {
  const pair = { prompt: prompt.trim(), chosen: chosen.trim(), rejected: rejected.trim() };
  if (pair.prompt === '') return refuse('emptyPrompt');
  const empty = (['chosen', 'rejected'] as const).filter((side) => pair[side] === '');
  if (empty.length > 0) return refuse('emptyResponse', empty.map((side) => `"${side}"`).join(' and '));
  return pair.chosen === pair.rejected ? refuse('identical') : pair;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}

const sameTurn = (a: Turn | undefined, b: Turn | undefined): boolean => a?.speaker === b?.speaker && a?.text === b?.text;
const unixLines = (text: string): string => text.replaceAll('\r\n', '\n');
const untilHuman = (text: string): string => text.split(HUMAN, 1)[0] ?? '';
/** The separator token says that the assistant speaks next; the words for it would only take the prompt's room. */
const withoutCue = (prompt: string): string => {
  const trimmed = prompt.trimEnd();
  return trimmed.endsWith('\nAssistant:') ? trimmed.slice(0, -'Assistant:'.length) : prompt;
};
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
