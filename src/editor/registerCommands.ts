/** Registers every command of ids.ts, and turns whatever goes wrong in one into a message with a way on. */
import * as vscode from 'vscode';
import { COMMANDS, type CommandId } from './ids';

/** What VS Code passes: a tree row and the rows selected with it, a file, or nothing at all from the palette. */
export type CommandHandler = (target?: unknown, selected?: unknown) => unknown;
export type CommandHandlers = Readonly<Record<CommandId, CommandHandler>>;

export function registerCommands(handlers: CommandHandlers, onError: (command: CommandId, error: unknown) => void): vscode.Disposable {
  return vscode.Disposable.from(
    ...COMMANDS.map((id) =>
      vscode.commands.registerCommand(id, async (target?: unknown, selected?: unknown) => {
        try {
          await handlers[id](target, selected);
        } catch (error) {
          onError(id, error);
        }
      }),
    ),
  );
}
