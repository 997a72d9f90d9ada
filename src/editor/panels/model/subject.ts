/** What a panel is about; as text it is what the page keeps, so that the serializer finds it again after a reload. */
import * as z from 'zod/mini';

/** Paths are absolute directories, or keys of what other trainers' logs hold. */
export type Subject =
  | { readonly kind: 'experiment'; readonly path: string }
  | { readonly kind: 'run'; readonly path: string }
  /** The folder with its verdict. */
  | { readonly kind: 'study'; readonly path: string }
  | { readonly kind: 'comparison'; readonly a: string; readonly b: string };

export type DashboardAddress = Extract<Subject, { kind: 'experiment' | 'run' }>;
/** All runs of an added root, or of the file in an editor: VS Code itself brings that back. */
export type DashboardSubject = DashboardAddress | { readonly kind: 'log'; readonly path: string };
export type StudyAddress = Extract<Subject, { kind: 'study' }>;
export type ComparisonAddress = Extract<Subject, { kind: 'comparison' }>;

const schema: z.ZodMiniType<Subject> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('experiment'), path: z.string() }),
  z.object({ kind: z.literal('run'), path: z.string() }),
  z.object({ kind: z.literal('study'), path: z.string() }),
  z.object({ kind: z.literal('comparison'), a: z.string(), b: z.string() }),
]);

/** Equal for equal subjects: one panel each. */
export function subjectText(subject: Subject): string {
  const { kind } = subject;
  return JSON.stringify(kind === 'comparison' ? { kind, a: subject.a, b: subject.b } : { kind, path: subject.path });
}

export function readSubject(text: string | undefined): Subject | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text ?? ''));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
