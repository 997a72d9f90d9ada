/** A log of lines: followed from the last complete line, in bounded memory. The formats differ only in what a line says. */
import path from 'node:path';
import type { RunWarning } from '../../core/run/types';
import type { ForeignSource, LogReader, OpenOptions, RawLog, ReadOptions } from '../contract';
import type { Line } from '../../runlog';
import { ImportError } from '../errors';
import { LineTail } from '../lineTail';
import { excerpt, Problems, unfinishedLine } from '../problems';
import { readMappingBeside, type MappingRead } from '../mapping';
import { Tables } from './tables';

export interface LineFormat {
  readonly source: ForeignSource;
  /** A fresh reading of one file. */
  begin(options: OpenOptions): LineParser;
}

export interface LineParser {
  /** Gets each line in order and adds its row. @returns what is wrong with it */
  take(text: string, line: number, tables: Tables): string | undefined;
  /** Called after what there is has been taken, with a copy of the tables where rows wait in them. */
  end?(tables: Tables): void;
  /**
   * Whether an unfinished last line is whole, so that it may count before its line end is there.
   * @param isSettled nobody has written to the file for a while
   */
  isWhole?(text: string, isSettled: boolean): boolean;
  /** Of a console, where anything may be printed: whether a line has numbers. Without it every line is one of the log. */
  isRow?(text: string): boolean;
  /** The line with which a record of several lines begins that has no end yet. */
  readonly openSince?: number | undefined;
  /** What the file says beside its rows. */
  readonly facts?: Pick<Partial<RawLog>, 'totalSteps' | 'config' | 'status' | 'axis' | 'environment'>;
}

interface LastLine extends Line {
  readonly isSettled: boolean;
}

/** A writer that is at work comes back sooner. */
const SETTLED_MS = 10_000;

/** A line that another follows is there to stay. Unfinished ones are looked at each time, and taken once. */
export class LineLogReader implements LogReader {
  private readonly tail: LineTail;
  private tables = new Tables();
  private parser: LineParser;
  private problems: Problems;
  private mapping: MappingRead;
  private before = '';

  constructor(
    readonly path: string,
    private readonly format: LineFormat,
    private readonly options: OpenOptions,
  ) {
    this.tail = new LineTail(path);
    this.problems = new Problems(path.split(/[\\/]/).pop() ?? path);
    this.mapping = { mapping: options.mapping, warnings: [], version: '' };
    this.parser = format.begin(options);
  }

  async refresh(options: ReadOptions = {}): Promise<readonly RawLog[] | undefined> {
    await this.readMapping();
    const read = await this.tail.read((text, line) => this.take(text, line), () => this.restart(), options);
    if (!read.isThere) throw new ImportError('The log is not there.', this.path, 'Check the path.');
    const last = this.tail.unfinished;
    const isSettled = Date.now() - read.modifiedAt >= SETTLED_MS;
    const signature = [this.tail.position, read.modifiedAt, this.mapping.version, last !== undefined && isSettled].join(' ');
    if (signature === this.before && !read.restarted) return undefined;
    this.before = signature;
    return this.collect(read.modifiedAt, last === undefined ? undefined : { ...last, isSettled });
  }

  /** A changed mapping may name another step or run column: everything is read anew. */
  private async readMapping(): Promise<void> {
    if (this.options.mapping !== undefined) return;
    const found = await readMappingBeside(this.path, this.mapping);
    if (found === this.mapping) return;
    const isFirst = this.mapping.version === '';
    this.mapping = found;
    if (!isFirst) this.tail.forget();
    this.restart();
  }

  private restart(): void {
    this.tables = new Tables();
    this.problems.clear();
    this.parser = this.format.begin(this.mapping.mapping === undefined ? {} : { mapping: this.mapping.mapping });
  }

  private take(text: string | undefined, line: number): void {
    if (text === undefined) {
      this.problems.add('the line is too long and was passed over', line);
      return;
    }
    if (text === '') return;
    const problem = this.parser.take(text, line, this.tables);
    if (problem !== undefined) this.problems.add(`${problem}: ${excerpt(text)}`, line);
  }

  private collect(modifiedAt: number, last: LastLine | undefined): RawLog[] {
    const { tables, unfinished } = this.withLast(last);
    const name = path.basename(this.path);
    const { facts, openSince } = this.parser;
    const open = openSince === undefined ? [] : [{ code: 'unfinished', message: 'A quote is opened here and not closed any more: what follows is left out until it is.', at: `${name}:${openSince}` }];
    const warnings = [...this.mapping.warnings, ...this.problems.warnings(), ...open, ...unfinished];
    const { mapping } = this.mapping;
    return tables.all().map(({ part, store, warnings: own }) => ({
      source: this.format.source, path: this.path, ...(part === undefined ? {} : { part }),
      rows: store.rows(), config: {}, modifiedAt, ...facts,
      environment: { ...facts?.environment, files: [name], rows: store.seen },
      ...(mapping === undefined ? {} : { mapping }),
      warnings: [...warnings, ...own],
    }));
  }

  /** The last line may lack its end because nobody wrote one, or because its writer has not come that far. */
  private withLast(last: LastLine | undefined): { tables: Tables; unfinished: RunWarning[] } {
    const whole = last?.text !== undefined && this.parser.isWhole?.(last.text, last.isSettled) === true ? last.text : undefined;
    const tables = whole === undefined && this.tables.waiting.length === 0 ? this.tables : this.tables.copy();
    if (whole !== undefined) this.parser.take(whole, last?.number ?? 0, tables);
    this.parser.end?.(tables);
    if (last === undefined || whole !== undefined || last.text?.trim() === '') return { tables, unfinished: [] };
    // Of a record that is told to be open anyway, or of what a console prints between the rows.
    const isToldOrNoise = this.parser.openSince !== undefined || (last.text !== undefined && this.parser.isRow?.(last.text) === false);
    return { tables, unfinished: isToldOrNoise ? [] : [unfinishedLine(path.basename(this.path), last)] };
  }
}
