/** "Run alignment experiment": which one, with what adjusted, and go. */
import path from 'node:path';
import * as vscode from 'vscode';
import { shortEstimate, type StudyEstimate } from '../../core/estimate';
import type { Services } from '../services';
import { newRunsRoot } from '../settings';
import { readCandidate, shortName, templates, workspaceExperiments, type Candidate } from './candidates';
import { Estimates, isWanting } from './estimates';
import { editable, FIELDS, type Draft, type Field } from './model/fields';
import { describeRuns } from './model/plan';
import { ask, BACK, pickOne, type Answer, type Position } from './wizard';

export interface Chosen {
  readonly candidate: Candidate;
  readonly draft: Draft;
}

const TITLE = 'Run alignment experiment';
const STEPS = 2;

/** Undefined when the user went away. `file`: an experiment file already chosen. */
export async function chooseExperiment({ extensionUri, messages }: Pick<Services, 'extensionUri' | 'messages'>, jobs: number | undefined, file?: string): Promise<Chosen | undefined> {
  for (;;) {
    const candidate = file === undefined ? await pickCandidate(extensionUri) : await readCandidate(file, 'file');
    if (candidate === undefined) return undefined;
    const { parsed } = candidate;
    if (!parsed.ok) {
      await showProblems(candidate);
      return undefined;
    }
    const estimates = new Estimates({ file: candidate.file, root: likelyRoot(candidate), programs: vscode.Uri.joinPath(extensionUri, 'dist').fsPath }, messages.note);
    const draft = await adjust({ experiment: parsed.experiment, jobs }, file === undefined, estimates).finally(() => estimates.dispose());
    if (draft !== BACK) return draft && { candidate, draft };
  }
}

/** Where its runs will go, unless the user chooses another folder of several: near enough for an estimate. */
function likelyRoot({ kind, file }: Candidate): string {
  const own = kind === 'file' ? vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) : undefined;
  const folder = own ?? vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  return folder === undefined ? path.dirname(file) : newRunsRoot(folder);
}

type CandidateItem = vscode.QuickPickItem & { readonly candidate?: Candidate };

async function pickCandidate(extensionUri: vscode.Uri): Promise<Candidate | undefined> {
  const [own, offered] = await Promise.all([workspaceExperiments(), templates(extensionUri)]);
  const separator = (label: string): CandidateItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const items: CandidateItem[] = [
    ...(own.length > 0 ? [separator('In this workspace'), ...own.map(itemOf)] : []),
    ...(offered.length > 0 ? [separator('Templates'), ...offered.map(itemOf)] : []),
  ];
  const position: Position = { title: TITLE, step: 1, steps: STEPS, canGoBack: false };
  const answer = await pickOne(position, 'Choose an experiment file of the workspace, or a template', items);
  return answer === BACK ? undefined : answer?.candidate;
}

function itemOf(candidate: Candidate): CandidateItem {
  const { kind, file, parsed } = candidate;
  const description = kind === 'file' ? vscode.workspace.asRelativePath(file) : '';
  if (!parsed.ok) {
    const [first] = parsed.problems;
    return { candidate, label: `$(warning) ${shortName(file)}`, description, detail: `Cannot be run: line ${first?.line ?? 1}: ${first?.message ?? ''}` };
  }
  const { experiment } = parsed;
  const detail = [describeRuns(experiment), experiment.description].filter((part) => part !== undefined).join(' · ');
  return { candidate, label: `$(${kind === 'file' ? 'file-code' : 'beaker'}) ${experiment.name}`, description, detail };
}

/** At the place of the first problem: that is where one goes on. */
async function showProblems({ file, parsed }: Candidate): Promise<void> {
  const [first] = parsed.ok ? [] : parsed.problems;
  if (first === undefined) return;
  const [uri, at] = [vscode.Uri.file(file), new vscode.Position(first.line - 1, first.column - 1)];
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
  const text = `${path.basename(file)}, line ${first.line}, column ${first.column}: ${sentence(first.message)} Correct it and run again.`;
  // A message without a button is cut to one line, and its next step with it.
  const again = vscode.l10n.t('Run Again');
  void vscode.window.showErrorMessage(text, again).then((chosen) => chosen === again && vscode.commands.executeCommand('alignmentGap.runExperimentFile', uri));
}

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

type AdjustItem = vscode.QuickPickItem & { readonly field?: Field };

/** Start is first, so that Enter starts; a field chosen comes back here with its new value. */
async function adjust(start: Draft, canGoBack: boolean, estimates: Estimates): Promise<Answer<Draft>> {
  let draft = start;
  for (;;) {
    const position: Position = { title: `${TITLE}: ${draft.experiment.name}`, step: 2, steps: STEPS, canGoBack };
    const current = draft;
    const items = (estimate: StudyEstimate | undefined) => adjustItems(current, current === start, estimate);
    const known = await estimates.known(current);
    const later = isWanting(known) ? estimates.measured(current).then(items) : undefined;
    const answer = await pickOne(position, 'Start, or choose what to adjust first', items(known), later);
    if (answer === undefined || answer === BACK) return answer;
    if (answer.field === undefined) return draft;
    draft = await change(draft, answer.field, position);
  }
}

function adjustItems(draft: Draft, unchanged: boolean, estimate: StudyEstimate | undefined): AdjustItem[] {
  const description = [describeRuns(draft.experiment), ...(estimate === undefined ? [] : [shortEstimate(estimate)])].join(' · ');
  return [
    { label: `$(play) ${unchanged ? 'Start as it is' : 'Start'}`, description },
    { label: 'Adjust first', kind: vscode.QuickPickItemKind.Separator },
    ...FIELDS.map((field) => ({ label: `$(edit) ${field.label}`, description: field.show(draft), field })),
  ];
}

/** Going back and going away both leave the draft as it was: Escape in an input box costs nothing that was chosen before. */
async function change(draft: Draft, field: Field, position: Position): Promise<Draft> {
  const check = (text: string) => {
    const changed = field.change(draft, text);
    return typeof changed === 'string' ? changed : undefined;
  };
  const answer = await ask({ ...position, title: field.label, canGoBack: true }, { value: editable(field, draft), prompt: field.prompt, check });
  const changed = answer === undefined || answer === BACK ? draft : field.change(draft, answer);
  return typeof changed === 'string' ? draft : changed;
}
