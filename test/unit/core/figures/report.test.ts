import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText } from '../../../../src/core/figures/escape';
import { reportHtml } from '../../../../src/core/figures/report';
import type { SampleRecord, StageEvent } from '../../../../src/core/run/events';
import { studyReport, studyRun, studyRuns } from './support';

/** A report in which every text that a user or a file can choose is `text`. */
function reportWith(text: string): string {
  const runs = [1, 2].map((seed) =>
    studyRun(`online${text}`, seed, {
      id: `id${seed}`, name: text, experiment: text, status: 'failed', failure: text,
      config: { key: text }, environment: { [`k${text}`]: text }, warnings: [{ code: 'x', message: text, at: text }],
    }),
  );
  const report = studyReport();
  const arms = report.arms.map((arm) => ({ ...arm, name: `online${text}`, runs: ['id1', 'id2'] }));
  const gap = report.gap && { ...report.gap, between: [text, text] as const };
  const sample: SampleRecord = { step: 300, prompt: text, completion: text, opponent: text, golden: 'win', proxy: 'tie' };
  const stage: StageEvent = { event: 'stage', time: '', kind: 'sft', digest: text, state: 'done', fraction: 1, facts: { [`f${text}`]: text } };
  return reportHtml({ title: text, runs, gap: { ...report, arms, gap, notes: [text] }, stages: [stage], samples: new Map([['id1', [sample]]]), version: '0', generatedAt: text });
}

/** The page without its texts and attribute values: what a parser would build. */
const structure = (html: string) => [...html.replace(/<style>[^]*?<\/style>/g, '').matchAll(/<(\/?)([a-z!]+)((?:[^<>"]|"[^"]*")*)>/gi)].map((tag) => `${tag[1]}${tag[2]}${(tag[3] ?? '').replace(/"[^"]*"/g, '""')}`);

const HOSTILE = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onload='x", '</title></svg><b>', '&lt;', ']]>', '<!--', '${x}', '</style><script>'];

describe('the report', () => {
  const html = reportHtml({ title: 'study', runs: studyRuns(), gap: studyReport(), version: '0.1.0', generatedAt: '2026-11-24T00:00:00Z' });

  it('is one file: no script, nothing loaded from anywhere', () => {
    expect(html).not.toMatch(/<script|<link|<iframe|@import|url\((?!#)|javascript:/i);
    expect(html.match(/(?:https?:)?\/\/[^\s"'<]+/g)?.filter((url) => url !== 'http://www.w3.org/2000/svg') ?? []).toEqual([]);
    expect(html).toContain("default-src 'none'");
  });

  it('has all its parts', () => {
    for (const part of ['The peak win rate of', '<h2>Arms</h2>', '<h2>Figures</h2>', '<h2>Notes and warnings</h2>', '<h2>Runs</h2>', '<h3>Configuration</h3>', '<h3>Environment</h3>']) expect(html).toContain(part);
    expect(html.match(/<figure>/g)).toHaveLength(6);
    expect(html.match(/<details>/g)).toHaveLength(6);
    expect(html).toContain('37.1% [34.9, 39.2]');
  });

  it('keeps ids unique and tags balanced', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const open: string[] = [];
    for (const tag of html.replace(/<style>[^]*?<\/style>/g, '').matchAll(/<(\/?)([a-z]+[0-9]?)(?:[^<>"]|"[^"]*")*?(\/?)>/gi)) {
      const name = tag[2] ?? '';
      if (tag[3] === '/' || ['meta'].includes(name)) continue;
      if (tag[1] === '/') expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('says so when nothing has been measured yet', () => {
    const empty = reportHtml({ title: 'x', runs: [studyRun('online', 1, { status: 'queued', checkpoints: [] })], gap: studyReport({ arms: [], gap: null, notes: ['There is no offline arm.'] }), version: '0', generatedAt: '' });
    for (const text of ['No verdict', 'There is no offline arm.', 'Nothing to draw yet', 'is queued: its numbers are not final', 'No checkpoint has been written']) expect(empty).toContain(text);
  });
});

describe('hostile text', () => {
  const harmless = structure(reportWith('x'));

  it('the harmless page is what the check can see', () => expect(harmless.length).toBeGreaterThan(200));

  it.each(HOSTILE)('%s changes no tag and no attribute', (text) => {
    expect(structure(reportWith(text))).toEqual(harmless);
    expect(reportWith(text)).not.toContain('<script');
  });

  it('nor does any other', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => { expect(structure(reportWith(text))).toEqual(harmless); }), { numRuns: 40 });
  });

  it('escaping leaves nothing that XML forbids', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      // What XML 1.0 forbids (Char, section 2.2), lone surrogates included: those cannot be written as UTF-8.
      expect(escapeText(`${text}\u0000\ud800`)).not.toMatch(/[<>"']|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
      expect(() => encodeURIComponent(escapeText(`${text}\ud800`))).not.toThrow();
    }));
  });
});
