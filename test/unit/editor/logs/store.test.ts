/** From files to what the tree and the panels see; the thread's work is done here, in the thread of the test. */
import { EventEmitter } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ElementCache } from '../../../../src/editor/explorer/model/elements';
import { rowOf } from '../../../../src/editor/explorer/model/rows';
import { tooltipOf } from '../../../../src/editor/explorer/model/tooltips';
import { RunTree } from '../../../../src/editor/explorer/model/tree';
import { LogClient, type LogThread } from '../../../../src/editor/logs/client';
import type { LogFolder } from '../../../../src/editor/logs/model/state';
import { LogReading } from '../../../../src/editor/logs/reading';
import type { ToLogThread } from '../../../../src/editor/logs/requests';
import { LogRoots, type FirstReading } from '../../../../src/editor/logs/roots';
import { isLogRun, keyOf, logRootKey } from '../../../../src/editor/runs/model/address';
import type { StoreChange } from '../../../../src/editor/runs/model/state';
import { RunStore } from '../../../../src/editor/runs/store';
import type { ForeignSource } from '../../../../src/importers';

class InProcessThread extends EventEmitter implements LogThread {
  static sent: string[] = [];
  private readonly reading = new LogReading((message) => setImmediate(() => {
    if (message.kind === 'run') InProcessThread.sent.push(message.run.encoded.head.name);
    this.emit('message', structuredClone(message));
  }));
  postMessage(message: ToLogThread): void {
    this.reading.take(structuredClone(message));
  }
  terminate(): void {
    this.emit('exit', 0);
  }
}

const FIXTURES = path.resolve('test/fixtures/logs');
const line = (values: Record<string, unknown>): string => `${JSON.stringify(values)}\n`;

let folder: string;
let folders: LogFolder[];
let client: LogClient;
let logs: LogRoots;
let store: RunStore;
let changes: StoreChange[];

const at = (...names: string[]): string => path.join(folder, ...names);
const added = (target: string, sources: Record<string, ForeignSource> = {}): LogFolder => ({ path: target, label: path.basename(target), isHidden: false, sources });
const write = (name: string, ...lines: readonly Record<string, unknown>[]): void => {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), lines.map(line).join(''));
};
const names = (): string[] => store.runs.map(({ name }) => name);

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'logs-'));
  folders = [added(folder)];
  client = new LogClient(() => new InProcessThread());
  logs = new LogRoots(client, () => folders, (file) => ({ ...added(file), isHidden: true }));
  store = new RunStore(() => [], (error) => { throw error; }, logs);
  changes = [];
  store.onChange((change) => changes.push(change));
});
afterEach(() => {
  client.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('added logs', () => {
  it('are roots with experiments and runs, and go with the settings', async () => {
    for (const name of ['dpo-sigmoid', 'online-dpo']) cpSync(path.join(FIXTURES, name), at('study', name), { recursive: true });
    await logs.scan();
    expect(store.experiments.map(({ name, isForeign }) => [name, isForeign])).toEqual([['study', true]]);
    expect(names()).toEqual(['dpo-sigmoid', 'online-dpo']);
    expect(store.runs[0]?.environment.sourceReason).toMatch(/trainer_state\.json/);
    folders = [];
    await logs.scan();
    expect(store.runs).toEqual([]);
    expect(changes.at(-1)?.structure).toBe(true);
  });

  it('of which one file holds several runs do not collide, nor do those of a folder and a folder in it', async () => {
    write('inner/metrics.jsonl', ...[1, 2].flatMap((step) => ['a', 'b'].map((run) => ({ run, step, loss: 1 / step }))));
    folders = [added(folder), added(at('inner')), added(at('inner', 'metrics.jsonl'))];
    await logs.scan();
    expect(store.runs).toHaveLength(6);
    expect(new Set(store.runs.map(({ path: of }) => of)).size).toBe(1);
    expect(new Set(store.runs.map(keyOf)).size).toBe(6);
    for (const run of store.runs) expect(store.run(keyOf(run))).toBe(run);
    expect(new Set(store.experiments.map(({ path: of }) => of)).size).toBe(3);
  });

  it('are the same objects while nothing has changed, and only the run that grew is sent and another', async () => {
    write('metrics.jsonl', ...[1, 2].flatMap((step) => ['a', 'b'].map((run) => ({ run, step, loss: 1 / step }))));
    await logs.scan();
    const before = [...store.runs];
    InProcessThread.sent = [];
    changes = [];
    await logs.scan();
    expect(store.runs).toEqual(before);
    expect(changes).toEqual([]);
    appendFileSync(at('metrics.jsonl'), line({ run: 'b', step: 3, loss: 0.1 }));
    await logs.scan();
    expect(InProcessThread.sent).toEqual([before[1]?.name]);
    expect(store.runs[0]).toBe(before[0]);
    expect(store.runs[1]?.checkpoints.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ structure: false, runs: new Set([before[1] && keyOf(before[1])]) });
  });

  it('that are begun anew or replaced are read anew', async () => {
    write('metrics.jsonl', ...[1, 2, 3].map((step) => ({ step, loss: 1 / step })));
    await logs.scan();
    write('metrics.jsonl', { step: 7, loss: 2 });
    await logs.scan();
    expect(store.runs[0]?.checkpoints.map(({ step }) => step)).toEqual([7]);
  });

  it('are read as what the user says: one log, or all of a folder', async () => {
    write('a/metrics.jsonl', { step: 1, loss: 1 });
    write('b/metrics.jsonl', { step: 1, loss: 1 });
    folders = [added(folder, { [at('a', 'metrics.jsonl')]: 'verl' })];
    await logs.scan();
    expect(store.runs.map(({ source }) => source).sort()).toEqual(['jsonl', 'verl']);
    folders = [added(folder, { [folder]: 'csv' })];
    const scan = logs.scan();
    expect(store.runs, 'stay until it has been read anew').toHaveLength(2);
    await scan;
    expect(store.runs).toEqual([]);
    folders = [added(folder, { [folder]: 'jsonl' })];
    await logs.scan();
    expect(store.runs.map(({ source }) => source)).toEqual(['jsonl', 'jsonl']);
  });

  it('that are not there say so, and are found when they come', async () => {
    folders = [added(at('later'))];
    await logs.scan();
    expect(store.state[0]?.problems).toEqual([expect.stringMatching(/later/)]);
    write('later/metrics.jsonl', { step: 1, loss: 1 });
    await logs.scan();
    expect(store.state[0]?.problems).toEqual([]);
    expect(names()).toHaveLength(1);
  });

  it('hold no run say what to do', async () => {
    await logs.scan();
    expect(store.state[0]?.problems).toEqual([expect.stringMatching(/^No log of another trainer was found here\..*Read As…/)]);
  });
});

describe('a reading from the beginning', () => {
  const reading = (): { readings: FirstReading[] } => {
    const readings: FirstReading[] = [];
    logs.onFirstReading((one) => readings.push(one));
    return { readings };
  };

  it('is told of, the readings after it are not', async () => {
    const { readings } = reading();
    write('metrics.jsonl', { step: 1, loss: 1 });
    await logs.scan();
    await logs.scan();
    expect(readings).toHaveLength(1);
    await readings[0]?.done;
  });

  it('that is cancelled stays so until it is asked for again', async () => {
    const { readings } = reading();
    write('metrics.jsonl', { step: 1, loss: 1 });
    const scan = logs.scan();
    readings[0]?.cancel();
    await scan;
    expect(store.state[0]).toMatchObject({ problems: ['Reading was cancelled.'], logs: { state: 'halted' } });
    await logs.scan();
    expect(names()).toEqual([]);
    await logs.readAgain(logRootKey(folder));
    expect(store.state[0]).toMatchObject({ problems: [], logs: { state: 'read' } });
    expect(names()).toHaveLength(1);
  });
});

describe('a file in an editor', () => {
  it('is a root that the tree does not show, for as long as it is open', async () => {
    write('metrics.jsonl', { step: 1, loss: 1 });
    folders = [];
    const [one, two] = [logs.open(at('metrics.jsonl')), logs.open(at('metrics.jsonl'))];
    await logs.hasRead(5000);
    expect(store.root(logRootKey(at('metrics.jsonl')))?.experiments).toHaveLength(1);
    expect(store.runs).toEqual([]);
    one.dispose();
    one.dispose();
    expect(logs.roots).toHaveLength(1);
    two.dispose();
    expect(logs.roots).toHaveLength(0);
  });

  it('is the root of the tree where it was added there', async () => {
    write('metrics.jsonl', { step: 1, loss: 1 });
    folders = [added(at('metrics.jsonl'))];
    await logs.scan();
    const editor = logs.open(at('metrics.jsonl'));
    expect(logs.roots).toHaveLength(1);
    editor.dispose();
    expect(names()).toHaveLength(1);
  });
});

describe('the rows of added logs', () => {
  const treeOf = (): RunTree => new RunTree(new ElementCache(), () => store.state);

  it('are a level of their own, with source, reason and what the user said in their tooltips', async () => {
    write('run-1/metrics.jsonl', { step: 1, loss: 1 });
    folders = [added(folder, { [at('run-1', 'metrics.jsonl')]: 'jsonl' })];
    await logs.scan();
    const tree = treeOf();
    const [root] = tree.children();
    const [experiment] = root ? tree.children(root) : [];
    const [run] = experiment ? tree.children(experiment) : [];
    if (root === undefined || run === undefined || experiment === undefined) throw new Error('rows are missing');
    expect(rowOf(tree, root)).toMatchObject({ description: '1 run', context: 'logs sourced read' });
    expect(rowOf(tree, experiment)?.context).toBe('experiment charted');
    expect(rowOf(tree, run)?.context).toBe('run charted foreign sourced comparable');
    expect(tree.parent(run)).toBe(experiment);
    expect(tree.parent(experiment)).toBe(root);
    expect(tooltipOf(tree, run)).toMatch(/\| Source \| jsonl, as the setting alignmentGap\.logSources says/);
    expect(tooltipOf(tree, run)).toMatch(/Online or offline is not known/);
    expect(store.runs.every(isLogRun)).toBe(true);
  });

  it('say what could not be read, and offer to read it again', async () => {
    await logs.scan();
    const tree = treeOf();
    const [problem] = tree.children(tree.children()[0]);
    expect(problem && rowOf(tree, problem)).toMatchObject({ label: 'A log cannot be read', context: 'problem sourced' });
  });
});
