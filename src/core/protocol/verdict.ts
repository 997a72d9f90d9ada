/**
 * The verdict of a study as it lies on the disk and as it travels to its page. The file is our own, but anybody may edit it:
 * it is read by a guard, and a figure's name cannot lead out of the study's folder. Apart from guards.ts, so that the other
 * pages do not carry it.
 */
import * as z from 'zod/mini';
import type { RunStatus } from '../run/types';
import { STUDY_FORMS, type Claim, type EffectUnit, type Side, type Verdict, type VerdictCard } from '../study/types';
import type { CopyRequest, FailedMessage, ReadyMessage, ReplyMessage, Result } from './messages';

type Schema<T> = z.ZodMiniType<T>;

/** As `verdict.json` names it; the picture lies beside that file. */
export interface FigureFile {
  readonly file: string;
  readonly title: string;
  readonly caption: string;
}

export interface VerdictFile extends VerdictCard {
  readonly figures: readonly FigureFile[];
}

/** A figure with its text as it lies on the disk, which the page reads by an allow-list and never injects. */
export interface FigureView extends FigureFile {
  /** Absent where the file could not be read. */
  readonly svg?: string;
}

/** The card anew: the answer to `ready`, and whenever the file or the runs that can be opened have changed. */
export interface VerdictMessage {
  readonly type: 'verdict';
  readonly card: VerdictCard;
  readonly figures: readonly FigureView[];
  /** Ids of the card's runs that are there to be opened. */
  readonly there: readonly string[];
  readonly restore: string;
}
/** Why there is no card. */
export interface VerdictFailedMessage {
  readonly type: 'verdictFailed';
  readonly error: string;
}
export type HostToVerdict = VerdictMessage | VerdictFailedMessage | ReplyMessage;

/** Show a run, by its id, in its dashboard. */
export interface OpenRunRequest {
  readonly type: 'openRun';
  readonly request: number;
  readonly run: string;
}
/** Open the self-contained page of the same card in the browser. */
export interface OpenReportRequest {
  readonly type: 'openReport';
  readonly request: number;
}
export type VerdictToHost = ReadyMessage | FailedMessage | CopyRequest | OpenRunRequest | OpenReportRequest;

/** Records, not lists: a value that the type gains and the guard lacks does not compile. */
const VERDICTS: Readonly<Record<Verdict, true>> = { supports: true, against: true, undecided: true };
const UNITS: Readonly<Record<EffectUnit, true>> = { 'win rate': true, accuracy: true, 'rank correlation': true, 'nats/sequence': true, KL: true, share: true, 'golden labels': true, runs: true };
const STATUSES: Readonly<Record<RunStatus, true>> = { queued: true, running: true, finished: true, stopped: true, failed: true, lost: true };
const oneOf = <T extends string>(all: Readonly<Record<T, true>>) => z.enum(Object.keys(all) as [T, ...T[]]);

const text = z.string();
const number = z.number();
const verdict = oneOf(VERDICTS);

const side: Schema<Side> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('above') }),
  z.object({ kind: z.literal('below') }),
  z.object({ kind: z.literal('within'), margin: number }),
]);

const effect: Schema<Claim['effect']> = z.nullable(z.object({ value: number, low: number, high: number, unit: oneOf(UNITS), text }));

const claim: Schema<Claim> = z.object({
  statement: text,
  measured: text,
  side,
  effect,
  verdict,
  because: text,
  wouldChange: text,
});

const cardFields = {
  schema: z.literal('alignment-gap/verdict@1'),
  study: text, title: text, source: text, finding: text, hypothesis: text, question: text,
  form: z.enum(STUDY_FORMS),
  rule: text,
  overall: z.object({ verdict, because: text }),
  claims: z.array(claim),
  estimates: z.array(z.object({ name: text, effect, because: text })),
  runs: z.array(z.object({ id: text, arm: text, seed: z.nullable(number), status: oneOf(STATUSES) })),
  notes: z.array(text),
  cost: z.object({ runs: number, gradientSteps: number, trainingSeconds: number }),
};
const card: Schema<VerdictCard> = z.object(cardFields);

/** A plain name: no folder, no way up. */
const figureFields = { file: z.string().check(z.regex(/^\w[\w.-]*\.svg$/, 'not the name of a figure beside this file')), title: text, caption: text };
const verdictFile: Schema<VerdictFile> = z.object({ ...cardFields, figures: z.array(z.object(figureFields)) });

const hostToVerdict: Schema<HostToVerdict> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('verdict'), card, figures: z.array(z.object({ ...figureFields, svg: z.optional(text) })), there: z.array(text), restore: text }),
  z.object({ type: z.literal('verdictFailed'), error: text }),
  z.object({ type: z.literal('reply'), request: number, result: z.union([z.object({ ok: z.literal(true), value: z.object({}) }), z.object({ ok: z.literal(false), error: text })]) }),
]);

const verdictToHost: Schema<VerdictToHost> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), message: text }),
  z.object({ type: z.literal('copy'), request: number, text }),
  z.object({ type: z.literal('openRun'), request: number, run: text }),
  z.object({ type: z.literal('openReport'), request: number }),
]);

const checked = <T>(schema: Schema<T>, what: string) => (data: unknown): Result<T> => {
  const parsed = schema.safeParse(data);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, error: `Not ${what}: ${issue?.message ?? 'unreadable'} at /${issue?.path.join('/') ?? ''}` };
};

export const readHostToVerdict = checked(hostToVerdict, 'a message of HostToVerdict');
export const readVerdictToHost = checked(verdictToHost, 'a message of VerdictToHost');
const checkVerdictFile = checked(verdictFile, 'a verdict card (alignment-gap/verdict@1)');

/** The text of a `verdict.json`. */
export function readVerdictFile(json: string): Result<VerdictFile> {
  try {
    return checkVerdictFile(JSON.parse(json));
  } catch (error) {
    return { ok: false, error: `Not a verdict card: ${(error as Error).message}` };
  }
}
