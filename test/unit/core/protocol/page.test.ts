import { describe, expect, it } from 'vitest';
import { panelPage, readPanelState } from '../../../../src/core/protocol';

const page = panelPage({ title: `a "study" <b> & 'c'`, nonce: 'N0nce', cspSource: 'https://x.test', script: 'https://x.test/d.js?a&b', style: 'https://x.test/d.css' });

describe('the page of a panel', () => {
  it('runs nothing but the script with the nonce', () => {
    expect(page).toContain("default-src &#39;none&#39;; script-src &#39;nonce-N0nce&#39;;");
    expect(page).not.toMatch(/unsafe|\son[a-z]+=|style=/);
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('cannot be broken out of by a title', () => {
    expect(page).toContain('<title>a &quot;study&quot; &lt;b&gt; &amp; &#39;c&#39;</title>');
    expect(page).toContain('src="https://x.test/d.js?a&amp;b"');
  });
});

describe('readPanelState', () => {
  it.each([
    [{ restore: 'x', columns: ['kl'] }, { restore: 'x' }],
    [{}, {}],
    [{ restore: 1 }, {}],
    [undefined, {}],
    ['text', {}],
  ])('reads %j as %j', (state, expected) => expect(readPanelState(state)).toEqual(expected));
});
