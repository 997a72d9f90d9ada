import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHostToVerdict, readVerdictFile, readVerdictToHost } from '../../../src/core/protocol/verdict';
import { ElementCache } from '../../../src/editor/explorer/model/elements';
import { rowOf } from '../../../src/editor/explorer/model/rows';
import { tooltipOf } from '../../../src/editor/explorer/model/tooltips';
import { RunTree } from '../../../src/editor/explorer/model/tree';
import { readSubject, subjectText } from '../../../src/editor/panels/model/subject';
import { RunStore } from '../../../src/editor/runs/store';
import type { RootState } from '../../../src/editor/runs/model/state';
import { describeForm, readFormEstimate, readSeeds, readStudies, type FormInfo } from '../../../src/editor/studies/model/list';
import { endingOfStudy, studyFraction, studyMessage } from '../../../src/editor/studies/model/progress';
import { studyFolder, verdictDescription, verdictSentence, type StudyState } from '../../../src/editor/studies/model/state';
import { StudyReader } from '../../../src/editor/studies/reader';
import { verdictFile } from '../../fixtures/verdict';
import { experiment, root, run } from './samples';

const study: StudyState = { path: '/runs/coverage', name: 'coverage', card: verdictFile() };
const broken: StudyState = { path: '/runs/quality', name: 'quality', problem: 'Not a verdict card: Unexpected end' };
const treeOf = (...roots: RootState[]) => new RunTree(new ElementCache(), () => roots);

describe('the guard of verdict.json', () => {
  it('takes what the command line writes', () => {
    const file = verdictFile();
    expect(readVerdictFile(JSON.stringify(file))).toEqual({ ok: true, value: file });
  });

  it.each([
    ['no JSON', '{', /Not a verdict card/],
    ['another document', '{"schema":"alignment-gap/run@1"}', /\/schema/],
    ['a verdict that is none', JSON.stringify(verdictFile({ overall: { verdict: 'maybe' as 'supports', because: '' } })), /at \/overall\/verdict/],
    ['a bound that is no number', JSON.stringify(verdictFile()).replace('"low":0.008', '"low":"0.008"'), /at \/claims\/0\/effect\/low/],
    ['a figure elsewhere', JSON.stringify(verdictFile({ figures: [{ file: '../../secret.svg', title: '', caption: '' }] })), /not the name of a figure.*at \/figures\/0\/file/],
    ['a figure that is none', JSON.stringify(verdictFile({ figures: [{ file: 'page.html', title: '', caption: '' }] })), /\/figures\/0\/file/],
  ])('refuses %s, and says where', (_, text, why) => {
    const read = readVerdictFile(text);
    expect(read.ok ? '' : read.error).toMatch(why);
  });

  it('never throws, whatever the file holds', () => {
    fc.assert(fc.property(fc.json(), (text) => { expect(typeof readVerdictFile(text).ok).toBe('boolean'); }));
  });

  it('checks the messages both ways', () => {
    const { figures, ...card } = verdictFile();
    const message = { type: 'verdict', card, figures: figures.map((figure) => ({ ...figure, svg: '<svg></svg>' })), there: ['a'], restore: 'r' };
    expect(readHostToVerdict(message)).toEqual({ ok: true, value: message });
    expect(readHostToVerdict({ type: 'verdict' }).ok).toBe(false);
    expect(readVerdictToHost({ type: 'openRun', request: 1, run: 'a/b' }).ok).toBe(true);
    expect(readVerdictToHost({ type: 'openRun', run: 'a/b' }).ok).toBe(false);
  });
});

describe('the row of a study', () => {
  const tree = treeOf(root([experiment([run('a')])], { studies: [study, broken] }));
  const [first, second, third] = tree.children();

  it('stands before the experiments, with the verdict in words', () => {
    expect([first, second, third].map((element) => element?.id)).toEqual(['study:/runs/coverage', 'study:/runs/quality', 'experiment:/runs/study']);
    expect(first && rowOf(tree, first)).toMatchObject({ label: 'Data coverage', description: 'undecided · 1 of 4 claims, 1 against', context: 'study judged', expands: 'no', icon: { codicon: 'law' } });
    expect(first && tree.children(first)).toEqual([]);
    expect(first && tree.parent(first)).toBeUndefined();
  });

  it('tells of a file that cannot be read instead of failing', () => {
    expect(second && rowOf(tree, second)).toMatchObject({ label: 'quality', context: 'study broken', sentence: 'Study quality: the verdict cannot be read: Not a verdict card: Unexpected end' });
    expect(second && tooltipOf(tree, second)).toContain('Not a verdict card');
  });

  it('lists the claims when pointed at', () => {
    expect(first && tooltipOf(tree, first)).toContain('- supports: Online reaches the higher peak');
  });

  it('is there where a folder holds nothing else, and knows its folder where there are several', () => {
    expect(treeOf(root([], { studies: [study] })).children().map(({ kind }) => kind)).toEqual(['study']);
    const two = treeOf(root([], { studies: [study] }), root([], { path: '/other', folder: 'second' }));
    const [folder] = two.children();
    const [row] = two.children(folder);
    expect(folder?.id).toBe('root:/runs');
    expect(row && two.parent(row)).toBe(folder);
  });
});

describe('words', () => {
  it.each([
    ['full', 'coverage', 'coverage'],
    ['quick', 'coverage', 'coverage-quick'],
  ] as const)('a study of the %s form lies in %s', (form, name, folder) => expect(studyFolder(name, form)).toBe(folder));

  it('say the verdict first', () => {
    const supports = verdictFile({ overall: { verdict: 'supports', because: 'Of 4 claims 3 are supported.' }, form: 'quick' });
    expect(verdictDescription(supports)).toMatch(/^supports · /);
    expect(verdictSentence(supports)).toBe('Study Data coverage (quick): supports – Of 4 claims 3 are supported.');
  });

  const form: FormInfo = { form: 'full', seeds: 5, experiments: ['base'], runs: 20 };
  it.each([
    [form, false, '20 runs'],
    [{ ...form, estimate: null }, true, '20 runs · measuring how long it takes…'],
    [{ ...form, finished: 4, estimate: { seconds: 600, jobs: 2 } }, false, '20 runs, 4 finished · about 10 min on 2 processes'],
    [{ ...form, finished: 20, estimate: null }, false, 'all 20 runs finished: only judged again'],
  ])('of %o, measuring %s: %s', (info, isMeasuring, text) => expect(describeForm(info, isMeasuring)).toBe(text));

  it.each([['3', 3], [' 12 ', 12], ['0', undefined], ['2.5', undefined], ['', undefined], ['1-3', undefined]])('seeds %o', (text, seeds) => {
    const read = readSeeds(text);
    if (seeds === undefined) expect(read).toMatch(/whole number/);
    else expect(read).toBe(seeds);
  });
});

describe('what the command line tells', () => {
  const forms = [{ form: 'full', seeds: 5, experiments: ['a'], runs: 20, estimate: null }];
  const document = { schema: 'alignment-gap/studies@1', studies: [{ name: 'coverage', title: 'Data coverage', source: 'Fig. 4', question: 'Does it?', hypothesis: '', finding: '', forms }] };

  it('is read', () => expect(readStudies(JSON.stringify(document))).toMatchObject([{ name: 'coverage', forms }]));
  it.each(['', '[]', '{"schema":"alignment-gap/studies@2","studies":[]}'])('is refused where it is another document: %o', (text) => expect(() => readStudies(text)).toThrow());
  it('gives an estimate', () => {
    const text = JSON.stringify({ schema: 'alignment-gap/study-estimate@1', studies: ['coverage'], ...forms[0], finished: 3, estimate: { seconds: 12, jobs: 2 } });
    expect(readFormEstimate(text)).toMatchObject({ finished: 3, estimate: { seconds: 12, jobs: 2 } });
  });
});

describe('how far a study is', () => {
  const queued = run('b', { status: 'queued', progress: { step: 0, steps: 500 }, checkpoints: [] });
  it('counts runs that have no directory yet as not begun', () => {
    expect(studyFraction([experiment([run('a')])], 4)).toBeCloseTo(0.25);
    expect(studyFraction([], 0)).toBe(0);
    expect(studyMessage([experiment([run('a'), queued, run('c', { status: 'running' })])], 8)).toBe('1 of 8 runs finished · 1 running');
  });

  const finishedCard = verdictFile({ runs: [{ id: 'a', arm: 'online', seed: 1, status: 'finished' }] });
  const stoppedCard = verdictFile({ runs: [{ id: 'a', arm: 'online', seed: 1, status: 'stopped' }] });
  it.each([
    ['judged', { ...study, card: finishedCard }, '', /^Study Data coverage: undecided – /],
    ['incomplete', study, '', /1 of 2 runs failed\.$/],
    ['failed', broken, 'log', /Not a verdict card/],
    ['failed', undefined, 'one\n\nThe disk is full.\n', /^Study T: one The disk is full\.$/],
    ['failed', undefined, '', /without a word/],
  ] as const)('ends as %s', (kind, state, log, text) => {
    const ending = endingOfStudy('T', { state, log, experiments: [] });
    expect(ending.kind).toBe(kind);
    expect('text' in ending ? ending.text : '').toMatch(text);
  });
  it.each([
    ['judged in spite of it', { ...study, card: stoppedCard }, []],
    ['not judged', undefined, [experiment([run('a'), run('b', { status: 'stopped' })])]],
  ])('ends without a message where it was stopped: %s', (_, state, experiments) => expect(endingOfStudy('T', { state, log: 'Stopped', experiments })).toEqual({ kind: 'stopped' }));
  it('tells of a failure among what was stopped by it', () => {
    const experiments = [experiment([run('a', { status: 'failed' }), run('b', { status: 'stopped' })])];
    expect(endingOfStudy('T', { state: undefined, log: 'No space is left.', experiments })).toEqual({ kind: 'failed', text: 'Study T: No space is left.' });
  });
});

it('a panel finds its study again after a reload', () => {
  const subject = { kind: 'study', path: '/runs/coverage' } as const;
  expect(readSubject(subjectText(subject))).toEqual(subject);
});

describe('reading from the disk', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(path.join(os.tmpdir(), 'alignment-gap-studies-')); });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(path.join(folder, name), { recursive: true });
    await writeFile(path.join(folder, name, 'verdict.json'), text);
  };

  it('finds verdicts beside experiments; what has not changed stays the same object', async () => {
    await write('coverage', JSON.stringify(verdictFile()));
    await write('quality', '{');
    await mkdir(path.join(folder, 'base'));
    const reader = new StudyReader();
    const found = await reader.read(folder);
    expect(found.map(({ name, card, problem }) => [name, card?.title, problem !== undefined])).toEqual([['coverage', 'Data coverage', false], ['quality', undefined, true]]);
    expect((await reader.read(folder))[0]).toBe(found[0]);
    await write('quality', `${JSON.stringify(verdictFile({ title: 'Data quality' }))} `);
    expect((await reader.read(folder)).map(({ card }) => card?.title)).toEqual(['Data coverage', 'Data quality']);
    expect(await reader.read(path.join(folder, 'nowhere'))).toEqual([]);
  });

  it('tells the tree when a verdict comes and goes, and nothing while it stays', async () => {
    const store = new RunStore(() => [{ path: folder, folder: 'workspace' }], (error) => { throw error; });
    const changes: boolean[] = [];
    await store.scan();
    store.onChange(({ structure }) => changes.push(structure));
    await write('coverage', JSON.stringify(verdictFile()));
    await store.scan();
    await store.scan();
    expect(changes).toEqual([true]);
    expect(store.studies.map(({ name }) => name)).toEqual(['coverage']);
    await rm(path.join(folder, 'coverage'), { recursive: true });
    await store.scan();
    expect([changes, store.studies]).toEqual([[true, true], []]);
  });
});
