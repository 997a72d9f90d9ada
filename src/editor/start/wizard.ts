/** Quick picks and input boxes that answer "back" as well as "away" and "this one". */
import * as vscode from 'vscode';

export const BACK = Symbol('back');
export type Answer<T> = T | typeof BACK | undefined;

export interface Position {
  readonly title: string;
  readonly step: number;
  readonly steps: number;
  /** Whether there is a step to go back to. */
  readonly canGoBack: boolean;
}

function place(input: vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] }, { title, step, steps, canGoBack }: Position): void {
  input.title = title;
  input.step = step;
  input.totalSteps = steps;
  input.buttons = canGoBack ? [vscode.QuickInputButtons.Back] : [];
  // Looking something up in an editor must not throw away what one has chosen.
  input.ignoreFocusOut = true;
}

/** @param later the same items, told more about; they take the first ones' places while the user looks at them. */
export function pickOne<T extends vscode.QuickPickItem>(position: Position, placeholder: string, items: readonly T[], later?: Promise<readonly T[]>): Promise<Answer<T>> {
  const pick = vscode.window.createQuickPick<T>();
  place(pick, position);
  pick.placeholder = placeholder;
  pick.items = items;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  let isOpen = true;
  void later?.then((told) => {
    if (!isOpen) return;
    const active = pick.items.findIndex((item) => item === pick.activeItems[0]);
    pick.items = told;
    // New items make the first one active: the user may have gone on to another.
    pick.activeItems = told.slice(active, active + 1);
  });
  return new Promise((resolve) => {
    pick.onDidTriggerButton(() => { resolve(BACK); pick.dispose(); });
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen === undefined) return;
      resolve(chosen);
      pick.dispose();
    });
    pick.onDidHide(() => { isOpen = false; resolve(undefined); pick.dispose(); });
    pick.show();
  });
}

export interface Question {
  readonly value: string;
  readonly prompt: string;
  /** What is wrong with the text; undefined where it is right. */
  readonly check: (text: string) => string | undefined;
}

export function ask(position: Position, { value, prompt, check }: Question): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  place(box, position);
  box.value = value;
  box.prompt = prompt;
  return new Promise((resolve) => {
    box.onDidChangeValue((text) => { box.validationMessage = check(text); });
    box.onDidTriggerButton(() => { resolve(BACK); box.dispose(); });
    box.onDidAccept(() => {
      box.validationMessage = check(box.value);
      if (box.validationMessage !== undefined) return;
      resolve(box.value);
      box.dispose();
    });
    box.onDidHide(() => { resolve(undefined); box.dispose(); });
    box.show();
  });
}
