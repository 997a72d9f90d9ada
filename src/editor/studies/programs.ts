/**
 * What the command line knows of studies. The templates are in its bundle and not in the extension's: they are asked for, and
 * names and questions are remembered for as long as that bundle stays the same.
 */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { StudyForm } from '../../core/study/types';
import { readFormEstimate, readStudies, type FormInfo, type StudyInfo } from './model/list';

const STATE_KEY = 'studies';
/** The list answers in a third of a second, a measurement within some; a machine on which it takes longer has other work to do. */
const PATIENCE_MS = 60_000;

export interface Asked {
  /** The folder of experiments: what is finished there costs nothing. */
  readonly root: string;
  readonly jobs: number | undefined;
  /** Ends the program when nobody waits for its answer any more: it must not run beside the study whose time it tells. */
  readonly signal?: AbortSignal;
}

export class StudyPrograms {
  /** @param programs the folder of `cli.js` and `pages.js` */
  constructor(
    private readonly programs: string,
    private readonly memory: vscode.Memento,
  ) {}

  /** Without estimates, at once where this build has been asked before. */
  async list(asked: Asked): Promise<readonly StudyInfo[]> {
    const build = await this.build();
    const kept = this.memory.get<{ readonly build: string; readonly json: string }>(STATE_KEY);
    if (kept?.build === build) return readStudies(kept.json);
    const json = await this.call(['--list'], asked);
    const studies = readStudies(json);
    await this.memory.update(STATE_KEY, { build, json });
    return studies;
  }

  /** With what each takes, where it is known already. */
  async estimates(asked: Asked): Promise<readonly StudyInfo[]> {
    return readStudies(await this.call(['--list', '--estimate'], asked));
  }

  /** Of one form; measured where it must be, which takes seconds. */
  async estimate(study: string, form: StudyForm, seeds: number, asked: Asked): Promise<FormInfo> {
    return readFormEstimate(await this.call([study, '--form', form, '--seeds', String(seeds), '--estimate'], asked));
  }

  private async build(): Promise<string> {
    // Where it is missing, the command line says what to do about it.
    return stat(path.join(this.programs, 'pages.js')).then(({ size, mtimeMs }) => `${size} ${mtimeMs}`, () => 'none');
  }

  private call(args: readonly string[], { root, jobs, signal }: Asked): Promise<string> {
    const all = [path.join(this.programs, 'cli.js'), 'study', ...args, '--json', '--out', root, ...(jobs === undefined ? [] : ['--jobs', String(jobs)])];
    // Inside Electron the same binary must run as plain Node.
    const options = { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, timeout: PATIENCE_MS, maxBuffer: 1 << 24, windowsHide: true, ...(signal === undefined ? {} : { signal }) };
    return new Promise((resolve, reject) => {
      execFile(process.execPath, all, options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`The command line does not tell its studies: ${stderr.trim() || error.message}`, { cause: error }));
      });
    });
  }
}
