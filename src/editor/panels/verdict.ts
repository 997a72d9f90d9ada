/** The verdict card of a study beside its figures; follows the file that the command line writes. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { readVerdictToHost, type FigureFile, type FigureView, type HostToVerdict, type VerdictToHost } from '../../core/protocol/verdict';
import type { Run } from '../../core/run/types';
import { PANELS } from '../ids';
import { titleOf, VERDICT_FILE, VERDICT_PAGE, type StudyState } from '../studies/model/state';
import { subjectText, type StudyAddress } from './model/subject';
import { answer, Page } from './panel';
import type { PanelServices } from './services';

/** Ours have some tens of thousands of characters; whatever is larger is no figure of a study. */
const MOST_SVG_BYTES = 2 << 20;

interface Sent {
  readonly study: StudyState | undefined;
  readonly there: string;
}

export class VerdictPanel implements vscode.Disposable {
  private readonly page: Page<VerdictToHost, HostToVerdict>;
  private readonly subscriptions: { dispose(): unknown }[];
  private sent: Sent | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly subject: StudyAddress,
    private readonly services: PanelServices,
  ) {
    const { store, watcher, extensionUri, messages } = services;
    panel.title = this.title;
    this.page = new Page(panel, { type: PANELS.verdict, extensionUri, read: readVerdictToHost, receive: (message) => this.receive(message), note: messages.note });
    this.subscriptions = [this.page, watcher.observe(), store.onChange(() => this.update())];
  }

  get isReady(): boolean {
    return this.page.isReady;
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
  }

  private get study(): StudyState | undefined {
    return this.services.store.studies.find((study) => study.path === this.subject.path);
  }

  private get title(): string {
    const card = this.study?.card;
    return card === undefined ? path.basename(this.subject.path) : titleOf(card);
  }

  /** Of the study's own runs folder: another one may hold runs of the same names. */
  private get runs(): readonly Run[] {
    const root = this.services.store.state.find(({ studies = [] }) => studies.some((study) => study.path === this.subject.path));
    return root?.experiments.flatMap((experiment) => experiment.runs) ?? [];
  }

  private there(study: StudyState | undefined): string[] {
    const ids = new Set(this.runs.map((run) => run.id));
    return (study?.card?.runs ?? []).flatMap(({ id }) => (ids.has(id) ? [id] : []));
  }

  private async receive(message: VerdictToHost): Promise<void> {
    const reply = async (request: number, work: () => Promise<object>): Promise<void> => this.page.send({ type: 'reply', request, result: await answer(work) });
    switch (message.type) {
      case 'ready':
        return this.send();
      case 'failed':
        return this.services.messages.note(`The page of the study ${this.title} reports: ${message.message}`);
      case 'copy':
        return reply(message.request, async () => { await vscode.env.clipboard.writeText(message.text); return {}; });
      case 'openRun':
        return reply(message.request, async () => { await this.openRun(message.run); return {}; });
      case 'openReport':
        return reply(message.request, () => this.openReport());
    }
  }

  /** Not every remote window can show a file in the browser. */
  private async openReport(): Promise<object> {
    const file = path.join(this.subject.path, VERDICT_PAGE);
    if (!(await vscode.env.openExternal(vscode.Uri.file(file)))) throw new Error(`${file} could not be opened from here: open it in a browser.`);
    return {};
  }

  private async openRun(id: string): Promise<void> {
    const run = this.runs.find((one) => one.id === id);
    if (run === undefined) throw new Error(`The run ${id} is not there any more.`);
    await this.services.actions.showCharts({ kind: 'run', path: run.path });
  }

  private async send(): Promise<void> {
    // After a reload the page may be ready before the folders have been read.
    if (!this.services.store.isRead) await this.services.store.scan();
    const { study } = this;
    const there = this.there(study);
    this.sent = { study, there: there.join('\n') };
    this.panel.title = this.title;
    if (study?.card === undefined) {
      const gone = `There is no ${VERDICT_FILE} in ${this.subject.path}: the study has not ended yet, or its folder was moved or deleted.`;
      return this.page.send({ type: 'verdictFailed', error: study?.problem === undefined ? gone : `${VERDICT_FILE} in ${this.subject.path} cannot be read. ${study.problem} Run the study again with --verdict-only to write it anew.` });
    }
    const { figures, ...card } = study.card;
    const read = await Promise.all(figures.map((figure) => this.readFigure(figure)));
    this.page.send({ type: 'verdict', card, figures: read, there, restore: subjectText(this.subject) });
  }

  /** The name has no folder in it (the guard of the card sees to that), so it lies beside the card. */
  private async readFigure(figure: FigureFile): Promise<FigureView> {
    const file = path.join(this.subject.path, figure.file);
    try {
      const { size } = await stat(file);
      if (size > MOST_SVG_BYTES) throw new Error(`${file} has ${size} bytes, which is too large for a figure.`);
      return { ...figure, svg: await readFile(file, 'utf8') };
    } catch (error) {
      this.services.messages.note(error);
      return figure;
    }
  }

  private update(): void {
    const { study } = this;
    if (!this.page.isReady || this.sent === undefined) return;
    if (study !== this.sent.study || this.there(study).join('\n') !== this.sent.there) void this.send().catch(this.services.messages.note);
  }
}
