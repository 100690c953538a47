import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Inspection, InspectionRow } from '../contract';
import { gateway } from '../gateway';
import '../hold-button';
import { desk, touch } from '../styles';
import { moment, named, say, spoken } from '../texts';
import type { Word } from '../texts';
import { Watching } from '../watching';

const states: Record<string, Word> = { running: 'inspectionRunning', done: 'inspectionDone', interrupted: 'inspectionInterrupted', cancelled: 'inspectionCancelled' };
const rowStates: Record<string, readonly [sign: string, word: Word, tone: string]> = {
  fault: ['■', 'rowFault', 'bad'], missing: ['■', 'rowMissing', 'bad'], degraded: ['▲', 'rowDegraded', 'warn'], skipped: ['?', 'rowSkipped', 'warn'],
  'not-present': ['–', 'rowNotPresent', 'soft'], ok: ['●', 'rowOk', 'live'],
};

/** The inspections that are kept: the newest first, what each found, and what a person has still to sign. */
export class InspectionBoard extends Watching {
  static override properties = { open: { state: true } };

  declare open: string;

  constructor() {
    super();
    this.open = '';
  }

  static override styles = [touch, desk, css`
    article { border: 2px solid var(--line); border-radius: 14px; margin-top: 12px; padding: 0 16px; }
    .head { width: calc(100% + 32px); margin: 0 -16px; text-align: left; border: 0; background: transparent; min-height: 64px; padding: 10px 16px; line-height: 1.5; }
    .head + * { margin-bottom: 12px; }
    h1 + .row { margin: 10px 0 14px; }
    table { border-collapse: collapse; width: 100%; }
    td { padding: 6px 10px 6px 0; font-size: 18px; vertical-align: top; border-bottom: 1px solid var(--line); }
    .sign { display: grid; grid-template-columns: 1fr auto auto; gap: 10px; align-items: center; padding: 8px 0; }
  `];

  override render() {
    const all = [...gateway.topics].filter(([tail]) => /^\$inspection\/[^/]+$/.test(tail)).map(([, i]) => i as Inspection).sort((a, b) => b.startedAt.localeCompare(a.startedAt));
    const isRunning = all.some(i => i.state === 'running');
    return html`<section aria-labelledby="inspections"><h1 id="inspections">${say('inspections')}</h1>
      <div class="row"><av-hold-button small data-act="inspect" label=${say('inspectNow')} ?off=${isRunning} target="$inspection/do/run" .args=${{ profile: 'daily' }}></av-hold-button></div>
      ${all.length === 0 ? html`<p class="soft">${say('noInspections')}</p>` : repeat(all, i => i.id, i => this.#inspection(i))}</section>`;
  }

  #inspection(inspection: Inspection) {
    const isOpen = this.open === inspection.id;
    const open = inspection.manual.filter(m => m.result === 'open').length;
    return html`
      <article data-inspection=${inspection.id}>
        <button class="head" aria-expanded=${isOpen} @click=${() => { this.open = isOpen ? '' : inspection.id; }}>
          <strong class=${inspection.findings > 0 ? 'bad' : inspection.complete ? 'live' : 'warn'}>${inspection.findings > 0 ? `■ ${inspection.findings} ${say('findings')}` : inspection.complete ? `● ${say('noFindings')}` : `▲ ${say('notComplete')}`}</strong>
          ${named(inspection.name, inspection.profile)} · ${say(states[inspection.state] ?? 'unknown')}<br>
          <span class="soft">${inspection.id} · ${moment(inspection.startedAt)} · ${inspection.by}${inspection.signedBy ? ` · ${say('signedBy')} ${inspection.signedBy}` : open > 0 ? ` · ${open} ${say('toSign')}` : ''}</span>
        </button>
        ${isOpen ? this.#details(inspection) : nothing}
      </article>`;
  }

  #details(inspection: Inspection) {
    const rows = inspection.rooms.flatMap(r => gateway.get<{ rows: InspectionRow[] }>(`$inspection/${inspection.id}/${r.room}`)?.rows ?? []);
    const told = rows.filter(r => r.state !== 'ok' && r.state !== 'not-present');
    return html`
      <p>${Object.entries(inspection.counts).filter(([, n]) => n > 0).map(([state, n]) => { const [sign, word, tone] = rowStates[state] ?? rowStates['skipped']!; return html`<span class=${tone}>${sign} ${say(word)} ${n}</span>　`; })}</p>
      <table>${told.map(r => { const [sign, word, tone] = rowStates[r.state] ?? rowStates['skipped']!; return html`<tr data-row=${r.device}><td class=${tone}>${sign} ${say(word)}</td><td>${named(r.name, r.device)}<br><span class="soft">${r.device}</span></td><td>${named(r.says, r.reason)}${r.detail ? html`<br><span class="soft">${spoken(r.detail, r.detailZh)}</span>` : nothing}</td><td>${r.fault ?? ''}</td></tr>`; })}</table>
      ${inspection.signedBy ? nothing : repeat(inspection.manual.filter(m => m.result === 'open'), m => m.row, m => html`
        <div class="sign"><span>${m.room ? `${m.room} · ` : ''}${named(m.title, m.row)}</span>
          <av-hold-button small label=${say('inOrder')} target="$inspection/do/sign" .args=${{ inspection: inspection.id, row: m.row, result: 'ok' }}></av-hold-button>
          <av-hold-button small label=${say('notInOrder')} target="$inspection/do/sign" .args=${{ inspection: inspection.id, row: m.row, result: 'not-ok' }}></av-hold-button></div>`)}`;
  }
}

customElements.define('av-inspection-board', InspectionBoard);
