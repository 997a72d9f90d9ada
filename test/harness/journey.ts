/** How a journey is written; docs/testing.md has an example. Importing a journey's file registers it, the runner runs it. */
import type { Frame, FrameLocator, Locator, Page } from 'playwright-core';
import type { Settings } from './profile';
import type { Scheme } from './workbench';

/** What a journey is given: a workbench that is open on a workspace folder of its own, with the packaged extension installed. */
export interface World {
  readonly page: Page;
  /** The opened folder. Empty unless `prepare` filled it; it and all that runs write are gone afterwards. */
  readonly workspaceDir: string;
  /** Through the palette; the label is the whole of what the palette shows, category included. */
  runCommand(label: string): Promise<void>;
  /** Clicks the row of the open quick pick that has exactly this label (or matches). */
  pick(label: string | RegExp): Promise<void>;
  /** Clicks an icon of the activity bar by its title. */
  openContainer(title: string): Promise<void>;
  /** A row of a tree view; VS Code's tree is virtual, so only rows in sight exist. */
  treeItem(name: string | RegExp): Locator;
  /** The extension's page in the `nth` webview, for locators. */
  webview(nth?: number): FrameLocator;
  /** The same for `evaluate`; stale once the panel is closed or reloaded. */
  webviewFrame(nth?: number): Promise<Frame>;
  /** Every axe-core violation of that page, in the theme of the moment. */
  accessibility(nth?: number): Promise<string[]>;
  /** Dark, light or high contrast; returns when workbench and open webviews have followed. */
  setScheme(scheme: Scheme): Promise<void>;
  /** Kept as `test-results/e2e/<journey>/<name>.png`. */
  screenshot(name: string): Promise<void>;
  /** Runs the installed extension's own command line in the workspace folder. */
  cli(...args: string[]): { status: number; stdout: string; stderr: string };
  /** Reloads the window, as "Developer: Reload Window" does: the extension host is started anew. */
  reload(): Promise<void>;
}

export interface JourneyOptions {
  /** Fills the workspace folder before the workbench opens. */
  readonly prepare?: (workspaceDir: string) => void | Promise<void>;
  readonly settings?: Settings;
  readonly size?: { readonly width: number; readonly height: number };
  /** Milliseconds; five minutes unless said otherwise. */
  readonly timeout?: number;
}

export interface Journey {
  readonly name: string;
  readonly body: (world: World) => Promise<void>;
  readonly options: JourneyOptions;
}

const registered: Journey[] = [];

export function journey(name: string, body: (world: World) => Promise<void>, options: JourneyOptions = {}): void {
  if (registered.some((other) => other.name === name)) throw new Error(`two journeys are called "${name}"`);
  registered.push({ name, body, options });
}

export function journeys(): readonly Journey[] {
  return registered;
}
