/**
 * The one place that knows the component library, so that another can take its place. Registered as custom elements.
 * Badge, Tag and ProgressRing stay out: their templates hold style attributes, which our content security policy refuses.
 */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox, vsCodeDropdown, vsCodeOption } from '@vscode/webview-ui-toolkit';
import type { JSX } from 'preact';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());

type Common = JSX.HTMLAttributes<HTMLElement>;

declare module 'preact' {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the only way to give custom elements their types
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': Common & { appearance?: 'primary' | 'secondary' | 'icon'; disabled?: boolean };
      'vscode-checkbox': Common & { checked?: boolean; disabled?: boolean };
      'vscode-dropdown': Common & { value?: string; 'current-value'?: string };
      'vscode-option': Common & { value: string; selected?: boolean };
    }
  }
}
