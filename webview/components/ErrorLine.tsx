/** Something went wrong: said where it is seen and heard, and dismissible. */
export function ErrorLine({ text, onDismiss }: { readonly text: string | undefined; readonly onDismiss: () => void }) {
  if (text === undefined) return null;
  return (
    <p class="error" role="alert">
      <span>{text}</span>
      <vscode-button appearance="secondary" onClick={onDismiss}>Dismiss</vscode-button>
    </p>
  );
}
