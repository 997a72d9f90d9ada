/** Which algorithm wrote a log, and why we think so: a model card or the configuration first, then the keys. */
import type { Sampling } from '../../core/run/types';
import type { RawLog, RawRow } from '../contract';
import { lossTypeOf, numberAt, trainerNames } from './configuration';
import { namesAsLogged, namesWithOptionalPrefix, namesWithoutTracker, type Names } from './names';
import type { Dialect, Marks } from './rule';
import { DIALECTS, dpo, ipoAveraged, NAMED_DIALECTS, oldRloo, PLAIN } from './tables';

export interface Recognised {
  readonly dialect: Dialect;
  readonly names: Names;
  readonly objective: string;
  readonly sampling: Sampling;
  /** For people. */
  readonly reason: string;
  readonly samplingReason: string;
  readonly beta?: number;
  readonly betaFrom?: string;
}

export function recognise(log: Pick<RawLog, 'source' | 'config' | 'tags' | 'mapping' | 'rows'>, keys: ReadonlySet<string>): Recognised {
  const { dialect, names, reason } = dialectOf(log, keys);
  const version = versionOf(dialect, log, names);
  const refined = { dialect: version.dialect, objective: objectiveOf(version.dialect, log), reason: [reason, version.reason].filter((part) => part !== '').join('; ') };
  const beta = log.mapping?.beta === undefined ? numberAt(log.config, refined.dialect.betaKeys ?? []) : { value: log.mapping.beta, path: 'the mapping' };
  return {
    ...refined,
    names,
    ...samplingOf(refined.dialect, log, refined.reason),
    ...(beta === undefined ? {} : { beta: beta.value, betaFrom: beta.path }),
    ...(log.mapping?.objective === undefined ? {} : { objective: log.mapping.objective }),
  };
}

interface Found {
  readonly dialect: Dialect;
  readonly names: Names;
  readonly reason: string;
}

function dialectOf(log: Pick<RawLog, 'source' | 'config' | 'tags'>, keys: ReadonlySet<string>): Found {
  const names = { asLogged: namesAsLogged(keys), stripped: namesWithoutTracker(keys), printed: namesWithOptionalPrefix(keys, 'train/') };
  const namesOf = ({ isTransformers, isPrinted }: Dialect): Names => (isTransformers === true ? names.stripped : isPrinted === true && log.source === 'openrlhf' ? names.printed : names.asLogged);
  const candidates = DIALECTS.filter(({ sources }) => sources === undefined || sources.includes(log.source));
  const marked = candidates
    .map((dialect) => ({ dialect, names: namesOf(dialect), reason: markedBy(dialect.marks, namesOf(dialect).known) }))
    .find((found): found is Found => found.reason !== undefined);
  const named = namedDialect(log);
  if (named !== undefined && fits(named.dialect, marked?.dialect)) return { ...named, names: namesOf(named.dialect) };
  if (marked !== undefined) return { ...marked, reason: `it logs ${marked.reason}` };
  return { dialect: PLAIN, names: names.asLogged, reason: 'its keys are those of no alignment trainer that is known' };
}

/** Tags stay on a model through later training: `dpo` on a card does not make a log of rewards and completions DPO. */
function fits(named: Dialect, marked: Dialect | undefined): boolean {
  return marked === undefined || named.sampling === marked.sampling || named.sampling === 'unknown';
}

function namedDialect({ tags = [], config }: Pick<RawLog, 'config' | 'tags'>): Omit<Found, 'names'> | undefined {
  const said = [
    ...tags.map((tag) => ({ name: tag.toLowerCase().replaceAll('_', '-'), says: `the model card is tagged ${tag}` })),
    ...trainerNames(config).map(({ name, path }) => ({ name, says: `${path} is ${name} in the configuration` })),
  ];
  for (const { name, says } of said) {
    const dialect = NAMED_DIALECTS.find((candidate) => candidate.tags?.includes(name));
    if (dialect !== undefined) return { dialect, reason: says };
  }
  return undefined;
}

/** The marks that were found, for people; undefined where they do not fit. A dialect without marks is known by name only. */
function markedBy({ all = [], any = [], none = [] }: Marks, known: ReadonlySet<string>): string | undefined {
  const has = (mark: string): boolean => known.has(mark) || known.has(`eval_${mark}`);
  const anyFound = any.filter(has);
  if (all.length + any.length === 0 || !all.every(has) || none.some(has)) return undefined;
  if (any.length > 0 && anyFound.length === 0) return undefined;
  return [...all, ...anyFound.slice(0, 2)].join(' and ');
}

/** Decided by keys, not by version strings: they are hardly ever there. */
function versionOf(dialect: Dialect, log: Pick<RawLog, 'config' | 'rows'>, { known, rawOf }: Names): { dialect: Dialect; reason: string } {
  if (dialect.id === 'rloo' && known.has('objective/kl')) return { dialect: oldRloo, reason: 'objective/kl is that of TRL up to 0.21' };
  if (dialect.id !== 'dpo') return { dialect, reason: '' };
  const loss = lossTypeOf(log.config);
  if (loss === undefined) return { dialect, reason: lossByStart(log.rows, rawOf('eval_loss')) };
  const isNew = known.has('entropy') && known.has('num_tokens');
  if (loss.value === 'ipo' && !isNew) return { dialect: ipoAveraged, reason: 'without entropy and num_tokens it is TRL before 0.29, which averaged IPO\'s log-probabilities over tokens' };
  if (['simpo', 'orpo'].includes(loss.value)) return { dialect: { ...(NAMED_DIALECTS.find(({ id }) => id === (loss.value === 'orpo' ? 'orpo' : 'cpo')) ?? dpo), objective: loss.value }, reason: `${loss.path} is ${loss.value}` };
  return { dialect, reason: `${loss.path} is ${loss.value}` };
}

/** Before the first update every log-ratio is zero, and the loss of the pair is that of h = 0. */
function lossByStart(rows: readonly RawRow[], key: string | undefined): string {
  const first = key === undefined ? undefined : rows.find(({ step, values }) => step === 0 && values[key] !== undefined)?.values[key];
  const unclear = 'which loss of its family it is the log does not say';
  if (first === undefined) return unclear;
  if (Math.abs(first - Math.LN2) < 1e-3) return 'the held-out loss begins at ln 2, as the sigmoid loss does';
  return Math.abs(first - 1) < 1e-3 ? 'the held-out loss begins at 1, as the hinge loss does' : unclear;
}

/** DPO's family is told apart by the configuration alone: the keys are the same. */
function objectiveOf(dialect: Dialect, { config }: Pick<RawLog, 'config'>): string {
  if (!['dpo', 'online-dpo', 'llamafactory', 'mitchell-dpo'].includes(dialect.id)) return dialect.objective;
  const loss = lossTypeOf(config)?.value.toLowerCase();
  if (loss === undefined || loss === 'sigmoid' || loss === 'dpo') return dialect.objective;
  if (dialect.id === 'online-dpo') return `online-${loss}`;
  return loss === 'kto_pair' ? 'kto' : loss;
}

function samplingOf(dialect: Dialect, log: Pick<RawLog, 'mapping'>, reason: string): Pick<Recognised, 'sampling' | 'samplingReason'> {
  if (log.mapping?.sampling !== undefined) return { sampling: log.mapping.sampling, samplingReason: 'the mapping says so' };
  switch (dialect.sampling) {
    case 'online':
      return { sampling: 'online', samplingReason: `${dialect.label} samples from the policy while it trains (${reason})` };
    case 'offline':
      return { sampling: 'offline', samplingReason: `${dialect.label} trains on a fixed data set (${reason}); a chain of such runs on fresh samples would look the same` };
    case 'semi-online':
    case 'mixed':
    case 'unknown':
      return { sampling: dialect.sampling, samplingReason: `nothing in the log says whether it samples while it trains (${reason})` };
  }
}
