/** Every id that package.json shares with the code; a test holds the two together. */

/** Commands: `registerCommands` asks for a handler of each, so that one without a handler does not compile. */
export const COMMANDS = [
  'alignmentGap.runExperiment',
  'alignmentGap.runExperimentFile',
  'alignmentGap.runStudy',
  'alignmentGap.showVerdict',
  'alignmentGap.showCharts',
  'alignmentGap.compareRuns',
  'alignmentGap.compareSelected',
  'alignmentGap.selectForCompare',
  'alignmentGap.compareWithSelected',
  'alignmentGap.compareConfigurations',
  'alignmentGap.stop',
  'alignmentGap.resume',
  'alignmentGap.openConfiguration',
  'alignmentGap.openLog',
  'alignmentGap.revealInExplorer',
  'alignmentGap.copyPath',
  'alignmentGap.copySummary',
  'alignmentGap.delete',
  'alignmentGap.addLogs',
  'alignmentGap.addLogsHere',
  'alignmentGap.openRunCharts',
  'alignmentGap.readLogAs',
  'alignmentGap.readLogAgain',
  'alignmentGap.removeLogs',
  'alignmentGap.installNativeEngine',
  'alignmentGap.showOutput',
] as const;
export type CommandId = (typeof COMMANDS)[number];

export const VIEWS = { runs: 'alignmentGap.runs' } as const;

/** Webview types: also named by the `onWebviewPanel` activation events, which bring panels back after a reload. */
export const PANELS = { dashboard: 'alignmentGap.dashboard', comparison: 'alignmentGap.comparison', verdict: 'alignmentGap.verdict' } as const;
export type PanelType = (typeof PANELS)[keyof typeof PANELS];

/** The optional editor of single log files. */
export const RUN_CHARTS = 'alignmentGap.runCharts';

/** Keys of `when` clauses. */
export const CONTEXT_KEYS = {
  /** The runs' folders have been read: an empty tree is truly empty. */
  isRead: 'alignmentGap.isRead',
  /** A run is marked by "Select for Compare". */
  hasSelection: 'alignmentGap.hasSelection',
} as const;
export type ContextKey = (typeof CONTEXT_KEYS)[keyof typeof CONTEXT_KEYS];

export const SETTINGS_SECTION = 'alignmentGap';
/** Scheme of the read-only documents with a run's normalised configuration. */
export const CONFIGURATION_SCHEME = 'alignment-gap-configuration';
export const EXPERIMENT_GLOB = '**/*.alignment.json';
