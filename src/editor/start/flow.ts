/** "Run alignment experiment": which one, with what adjusted, and go. */
import path from 'node:path';
import * as vscode from 'vscode';
import { readCandidate, shortName, templates, workspaceExperiments, type Candidate } from './candidates';
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
export async function chooseExperiment(extensionUri: vscode.Uri, jobs: number | undefined, file?: string): Promise<Chosen | undefined> {
  for (;;) {
    const candidate = file === undefined ? await pickCandidate(extensionUri) : await readCandidate(file, 'file');
    if (candidate === undefined) return undefined;
    const { parsed } = candidate;
    if (!parsed.ok) {
      await showProblems(candidate);
      return undefined;
    }
    const draft = await adjust({ experiment: parsed.experiment, jobs }, file === undefined);
    if (draft !== BACK) return draft && { candidate, draft };
  }
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
async function adjust(start: Draft, canGoBack: boolean): Promise<Answer<Draft>> {
  let draft = start;
  for (;;) {
    const position: Position = { title: `${TITLE}: ${draft.experiment.name}`, step: 2, steps: STEPS, canGoBack };
    const answer = await pickOne(position, 'Start, or choose what to adjust first', adjustItems(draft, draft === start));
    if (answer === undefined || answer === BACK) return answer;
    if (answer.field === undefined) return draft;
    draft = await change(draft, answer.field, position);
  }
}

function adjustItems(draft: Draft, unchanged: boolean): AdjustItem[] {
  return [
    { label: `$(play) ${unchanged ? 'Start as it is' : 'Start'}`, description: describeRuns(draft.experiment) },
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
