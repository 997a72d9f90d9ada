/** Message lists as TRL and the chat templates use them, turned into the text of a dialogue. */
import * as z from 'zod/mini';
import { refuse, type Refusal } from './problems';

const SPEAKERS: Readonly<Record<string, string>> = {
  user: 'Human', human: 'Human', assistant: 'Assistant', gpt: 'Assistant', system: 'System',
};

const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });
const messageList = z.array(z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(textPart)]),
}));

export interface Turn {
  readonly speaker: string;
  readonly text: string;
}

export const isAssistant = (turn: Turn): boolean => turn.speaker === 'Assistant';

/** @param field named in the refusal */
export function readTurns(value: unknown, field: string): Turn[] | Refusal {
  const parsed = messageList.safeParse(value);
  if (!parsed.success) return refuse('wrongType', `"${field}" should be a string or a list of {"role", "content"} with text content`);
  const turns: Turn[] = [];
  for (const { role, content } of parsed.data) {
    const speaker = SPEAKERS[role.toLowerCase()];
    if (speaker === undefined) return refuse('wrongType', `"${field}" has a role other than system, user and assistant`);
    turns.push({ speaker, text: typeof content === 'string' ? content : content.map((part) => part.text).join('\n') });
  }
  return turns;
}

/** "Human: …\n\nAssistant: …": the same text as an HH dialogue without its leading blank line. */
export const renderTurns = (turns: readonly Turn[]): string => turns.map(({ speaker, text }) => `${speaker}: ${text.trim()}`).join('\n\n');

/** What the assistant says from `from` on until somebody else speaks. */
export function assistantText(turns: readonly Turn[], from: number): string {
  const rest = turns.slice(from);
  const end = rest.findIndex((turn) => !isAssistant(turn));
  return rest.slice(0, end < 0 ? rest.length : end).map((turn) => turn.text.trim()).join('\n\n');
}
