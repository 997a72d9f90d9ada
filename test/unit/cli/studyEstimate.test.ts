/** What studies would take, as the editor asks for it: `study --list --json` and `study <name> --estimate --json`, on the fake trainer. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { STUDIES } from '../../../src/core/study';
import { readFormEstimate, readStudies, type FormInfo } from '../../../src/editor/studies/model/list';
import { temporaryFolder } from '../launch/support';
import { bundleCli, call } from './support';

let cli: string;
let folder: string;
const go = (...args: string[]) => call(cli, ['study', ...args], { cwd: folder, env: { ALIGNMENT_GAP_CACHE: path.join(folder, 'cache') } });
const formOf = async (study: string, form: string, ...args: string[]): Promise<FormInfo | undefined> =>
  readStudies((await go('--list', '--json', ...args)).out).find(({ name }) => name === study)?.forms.find((one) => one.form === form);

beforeAll(async () => {
  cli = await bundleCli();
  folder = await temporaryFolder();
}, 120_000);

describe('the list of studies', () => {
  it('has the runs of every form, and no time where nobody asked for one', async () => {
    const studies = readStudies((await go('--list', '--json')).out);
    expect(studies.map(({ name }) => name)).toEqual(STUDIES.map(({ name }) => name));
    for (const { forms } of studies) {
      expect(forms.map(({ form }) => form)).toEqual(['full', 'quick', 'smoke']);
      expect(forms.every(({ runs, seeds, experiments, estimate }) => runs >= seeds && experiments.length > 0 && estimate === undefined)).toBe(true);
    }
  });

  it('tells a time once it is known, and measures nothing itself', async () => {
    expect((await formOf('semi-online', 'smoke', '--estimate'))?.estimate).toBeNull();
    const measured = await go('semi-online', '--form', 'smoke', '--jobs', '2', '--estimate', '--json');
    expect(measured.code, measured.err).toBe(0);
    const told = readFormEstimate(measured.out);
    expect(told).toMatchObject({ form: 'smoke', seeds: 2, runs: 16, finished: 0, estimate: { jobs: 2 } });
    expect(told.estimate?.seconds).toBeGreaterThan(0);
    expect((await formOf('semi-online', 'smoke', '--estimate', '--jobs', '2'))?.estimate?.jobs).toBe(2);
    expect(existsSync(path.join(folder, 'alignment-runs')), 'nothing is planned, let alone trained').toBe(false);
  });

  it('counts what is finished already', async () => {
    expect((await go('semi-online', '--form', 'smoke', '--seeds', '1', '--jobs', '2')).code).toBe(0);
    expect(readFormEstimate((await go('semi-online', '--form', 'smoke', '--seeds', '1', '--estimate', '--json')).out)).toMatchObject({ runs: 8, finished: 8, estimate: null });
    expect(readFormEstimate((await go('semi-online', '--form', 'smoke', '--estimate', '--json')).out)).toMatchObject({ runs: 16, finished: 8 });
    expect((await go('semi-online', '--form', 'smoke', '--seeds', '1', '--estimate')).out).toBe('All runs are finished already.\n');
  }, 60_000);
});
