/** The HTML of a panel, the same in VS Code and in our own checks of the pages. */

export interface PageOptions {
  readonly title: string;
  /** Of cryptographic origin, fresh for every page. */
  readonly nonce: string;
  /** `webview.cspSource`, or the origin that serves the files. */
  readonly cspSource: string;
  /** Addresses as the page can load them (`webview.asWebviewUri`). */
  readonly script: string;
  readonly style: string;
}

/** The page loads one script and one style sheet of ours, and nothing else; the toolkit's own styles carry the nonce. */
export function panelPage({ title, nonce, cspSource, script, style }: PageOptions): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
  ].join('; ');
  // csp-nonce is where the toolkit's component library looks for the nonce of its focus-visible probe.
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta property="csp-nonce" content="${escapeHtml(nonce)}">
<link rel="stylesheet" href="${escapeHtml(style)}">
<title>${escapeHtml(title)}</title>
</head>
<body>
<div id="app"><p class="loading" role="status">Reading runs…</p></div>
<script nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
