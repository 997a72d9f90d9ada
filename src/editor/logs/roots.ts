/** Log folders and files that were added, as roots of the store: each read by the thread, none holding up another's rows. Knows no vscode. */
import { EventEmitter } from 'node:events';
import { isActive, type RootState } from '../runs/model/state';
import type { LogClient } from './client';
import { contentAfter, NOTHING_READ, rootOf, type LogContent, type LogFolder, type ReadingState } from './model/state';
import { targetKey, type LogProgress } from './requests';

/** A target that is read from its beginning: worth showing how far it is. */
export interface FirstReading {
  readonly folder: LogFolder;
  readonly done: Promise<void>;
  readonly cancel: () => void;
  onProgress(listener: (progress: LogProgress) => void): void;
}

interface Followed {
  readonly folder: LogFolder;
  content: LogContent;
  state: ReadingState;
  root: RootState;
  /** Read to the end once: what follows is short. */
  hasRead: boolean;
  /** One reading at a time; who asks meanwhile gets its end. */
  inFlight?: Promise<void>;
}

interface Events {
  change: [];
  reading: [FirstReading];
}

export class LogRoots {
  private readonly followed = new Map<string, Followed>();
  private readonly editors = new Map<string, number>();
  private readonly emitter = new EventEmitter<Events>();

  /** @param findFolders what the settings name */
  constructor(
    private readonly client: Pick<LogClient, 'refresh' | 'close'>,
    private readonly findFolders: () => readonly LogFolder[],
    private readonly editorFolder: (path: string) => LogFolder,
  ) {
    this.emitter.setMaxListeners(0);
  }

  get roots(): readonly RootState[] {
    return [...this.followed.values()].map(({ root }) => root);
  }

  onChange(listener: () => void): { dispose(): void } {
    this.emitter.on('change', listener);
    return { dispose: () => void this.emitter.off('change', listener) };
  }

  onFirstReading(listener: (reading: FirstReading) => void): void {
    this.emitter.on('reading', listener);
  }

  /** What there is to watch. */
  get targets(): readonly string[] {
    return [...this.followed.values()].map(({ folder }) => folder.path);
  }

  /** Takes in what was added or removed, and reads what is new in all. */
  scan(): Promise<void> {
    this.takeIn();
    return this.refresh(() => true);
  }

  /** Reads what is new where a run is still at work, or where files have changed. */
  async refresh(concerned: (root: RootState) => boolean = ({ experiments }) => experiments.some(isActive)): Promise<void> {
    const due = [...this.followed.values()].filter(({ root, state }) => state !== 'halted' && concerned(root));
    await Promise.all(due.map((one) => this.read(one)));
  }

  /** Resolves when all that is being read has been, or after the patience. */
  async hasRead(patience: number): Promise<void> {
    const readings = [...this.followed.values()].flatMap(({ inFlight }) => inFlight ?? []);
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => { timer = setTimeout(resolve, patience); });
    await Promise.race([Promise.all(readings), enough]);
    clearTimeout(timer);
  }

  /** After it was cancelled, or could not be read. */
  readAgain(path: string): Promise<void> {
    const found = [...this.followed.values()].find(({ root }) => root.path === path);
    return found === undefined ? Promise.resolve() : this.read(found);
  }

  /** Of an editor that shows this file; closed as often as opened. */
  open(path: string): { dispose(): void } {
    this.editors.set(path, (this.editors.get(path) ?? 0) + 1);
    this.takeIn();
    void this.refresh(({ logs }) => logs?.target === path && logs.state === 'reading');
    let isOpen = true;
    return {
      dispose: () => {
        if (!isOpen) return;
        isOpen = false;
        const left = (this.editors.get(path) ?? 1) - 1;
        if (left > 0) this.editors.set(path, left);
        else this.editors.delete(path);
        this.takeIn();
      },
    };
  }

  private takeIn(): void {
    const named = this.findFolders();
    const paths = new Set(named.map(({ path }) => path));
    const wanted = [...named, ...[...this.editors.keys()].filter((path) => !paths.has(path)).map(this.editorFolder)];
    const next = new Map<string, Followed>();
    for (const folder of wanted) {
      const key = keyOfFolder(folder);
      next.set(key, this.followed.get(key) ?? this.begun(folder));
    }
    const isSame = next.size === this.followed.size && [...next.keys()].every((key) => this.followed.has(key));
    if (isSame) return;
    const targets = new Set([...next.values()].map(({ folder }) => targetKey(folder)));
    for (const { folder } of this.followed.values()) if (!targets.has(targetKey(folder))) this.client.close(folder);
    this.followed.clear();
    for (const [key, one] of next) this.followed.set(key, one);
    this.emitter.emit('change');
  }

  /** What was shown of the same place stays until it has been read as something else: rows that vanish are closed when they come back. */
  private begun(folder: LogFolder): Followed {
    const before = [...this.followed.values()].find((one) => one.folder.path === folder.path);
    const content = before?.content ?? NOTHING_READ;
    return { folder, content, state: 'reading', hasRead: false, root: rootOf(folder, content, 'reading', before?.root) };
  }

  private read(one: Followed): Promise<void> {
    one.inFlight ??= this.readNow(one).finally(() => delete one.inFlight);
    return one.inFlight;
  }

  private async readNow(one: Followed): Promise<void> {
    const abort = new AbortController();
    const isFirst = !one.hasRead;
    const listeners: ((progress: LogProgress) => void)[] = [];
    if (isFirst) this.show(one, 'reading');
    const reading = this.client.refresh(one.folder, { signal: abort.signal, onProgress: (progress) => { for (const listener of listeners) listener(progress); } });
    const taken = reading.then((refreshed) => {
      const { folder, content } = one;
      switch (refreshed.kind) {
        case 'read':
          one.content = contentAfter(content, folder.path, refreshed.changed, refreshed.logs);
          one.hasRead = true;
          return this.show(one, 'read');
        case 'cancelled':
          one.content = { ...content, problems: ['Reading was cancelled.'] };
          return this.show(one, 'halted');
        case 'failed':
          // What was shown stays: a disk may have been unmounted.
          one.content = { ...content, problems: [refreshed.error] };
          return this.show(one, refreshed.isLost === true ? 'halted' : 'read');
      }
    });
    if (isFirst) this.emitter.emit('reading', { folder: one.folder, done: taken, cancel: () => abort.abort(), onProgress: (listener) => listeners.push(listener) });
    await taken;
  }

  private show(one: Followed, state: ReadingState): void {
    one.state = state;
    one.root = rootOf(one.folder, one.content, state, one.root);
    this.emitter.emit('change');
  }
}

const keyOfFolder = (folder: LogFolder): string => JSON.stringify([targetKey(folder), folder.label, folder.isHidden]);
