/** The extension's own page: workbench → `iframe.webview` (VS Code's host page) → `#active-frame` (ours). */
import type { Frame, FrameLocator, Page } from 'playwright-core';

/** For locators, which wait by themselves. `nth` counts the webviews that are ready, in the order of the document. */
export function webview(page: Page, nth = 0): FrameLocator {
  return page.frameLocator('iframe.webview.ready').nth(nth).frameLocator('#active-frame');
}

/** The same page as a Frame, for `evaluate`. It goes stale when the panel is closed or reloaded: fetch it again then. */
export async function webviewFrame(page: Page, nth = 0): Promise<Frame> {
  const outer = await page.locator('iframe.webview.ready').nth(nth).elementHandle();
  const host = await outer?.contentFrame();
  const inner = await host?.waitForSelector('#active-frame');
  const frame = await inner?.contentFrame();
  if (!frame) throw new Error(`webview ${nth} has no document`);
  return frame;
}
