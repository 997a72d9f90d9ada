/** What reports and verdict cards have around them: one self-contained page, no script, no resource from elsewhere. */
import { markup, trusted, type Markup } from './markup';
import { REPORT_CSS } from './reportStyle';

/** @param body of the page's main part */
export function htmlPage(title: string, body: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<style>${trusted(REPORT_CSS)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.html;
}
