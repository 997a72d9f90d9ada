/** What installing a native engine tells while it is at it; command line and editor show the same. */

export type InstallStep = 'check' | 'packages' | 'library' | 'wheel' | 'unpack' | 'compile' | 'self-test' | 'finish';

export type InstallEvent =
  | { readonly kind: 'step'; readonly step: InstallStep; readonly message: string }
  /** A line that a tool printed. */
  | { readonly kind: 'output'; readonly line: string }
  /** Something the user should know, once. */
  | { readonly kind: 'note'; readonly message: string };

export type Report = (event: InstallEvent) => void;
