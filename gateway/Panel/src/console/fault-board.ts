import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Fault } from '../contract';
import { gateway } from '../gateway';
import '../hold-button';
import { go, levels } from '../route';
import { desk, touch } from '../styles';
import { clock, moment, named, say, spoken, term } from '../texts';
import type { Word } from '../texts';
import { Watching } from '../watching';
import { clockLine } from './clock-line';

/** The faults that are open, gravest first, with their time line, their clocks and what can be done now. */
export class FaultBoard extends Watching {
  static override properties = { text: { state: true }, to: { state: true } };

  declare text: string;
  declare to: string;

  constructor() {
    super();
    this.text = this.to = '';
  }

  static override styles = [touch, desk, css`
    article { border: 2px solid var(--line); border-radius: 14px; margin-top: 12px; }
    article[data-open] { border-color: var(--soft); }
    .head { width: 100%; text-align: left; border: 0; background: transparent; min-height: 64px; display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 4px 14px; align-items: center; padding: 10px 16px; }
    .rank { font-size: 22px; font-weight: 700; }
    .body { padding: 0 16px 16px; display: grid; gap: 14px; }
    .line { display: grid; grid-template-columns: auto auto minmax(0, 1fr); gap: 2px 14px; border-left: 3px solid var(--line); margin-left: 6px; padding: 4px 0 4px 16px; position: relative; }
    .line::before { content: ''; position: absolute; left: -8px; top: 12px; width: 12px; height: 12px; border-radius: 50%; background: var(--soft); }
    .line[data-what='recovered']::before, .line[data-what='closed']::before { background: var(--live); }
    .line[data-what='opened']::before, .line[data-what='relapsed']::before { background: var(--bad); }
    .line .text { grid-column: 2 / -1; color: var(--soft); overflow-wrap: anywhere; }
    .acts { display: flex; gap: 10px; flex-wrap: wrap; }
    .acts av-hold-button { min-width: 150px; }
    .wide input { min-width: 320px; }
  `];

  override render() {
    const faults = [...gateway.topics].filter(([tail]) => tail.startsWith('$fault/')).map(([, f]) => f as Fault).sort((a, b) => a.severity.localeCompare(b.severity) || a.id.localeCompare(b.id));
    return html`<section aria-labelledby="faults"><h1 id="faults">${say('faults')} (${faults.length})</h1>
      ${faults.length === 0 ? html`<p class="live">✓ ${say('noFaults')}</p>` : repeat(faults, f => f.id, f => this.#fault(f))}</section>`;
  }

  #fault(fault: Fault) {
    const [, , chosen = ''] = levels();
    const isOpen = chosen === fault.id;
    return html`
      <article data-fault=${fault.id} ?data-open=${isOpen}>
        <button class="head" aria-expanded=${isOpen} @click=${() => { this.text = this.to = ''; go(isOpen ? '/console/faults' : `/console/faults/${fault.id}`); }}>
          <span class="rank ${fault.severity === 'P1' ? 'bad' : fault.severity === 'P4' ? 'soft' : 'warn'}">${fault.severity}</span>
          <span><strong>${named(fault.title, fault.code)}</strong> · ${fault.subject}${fault.times > 1 ? ` ×${fault.times}` : ''}<br>
            <span class="id">${fault.id} · ${say('since')} ${moment(fault.since)}${fault.owner ? ` · ${fault.owner}` : ''}${fault.party ? ` · ${fault.party}` : ''}</span></span>
          <span class="tag ${fault.present ? 'bad' : 'live'}">${fault.present ? '■' : '●'} ${term('step', fault.step)}</span>
        </button>
        ${isOpen ? this.#details(fault) : nothing}
      </article>`;
  }

  #details(fault: Fault) {
    const atWork = !['restored', 'solved'].includes(fault.step);
    // No sensor sees what a person saw: somebody says what was done, and the one who reported it has the last word.
    const isReported = fault.code.startsWith('reported.');
    const text = this.text.trim() ? { text: this.text.trim() } : {};
    const acts: [string, Word, boolean, Record<string, unknown>][] = [
      ['ack', 'acknowledge', fault.step === 'open', text],
      ['accept', 'accept', atWork, text],
      ['arrive', 'arrive', atWork, text],
      ['note', 'addNote', true, text],
      ['resolve', 'resolve', fault.step === 'restored' || (isReported && atWork), text],
      ['close', 'closeFault', !atWork, isReported && text.text ? { word: text.text } : text],
    ];
    const set = (name: 'text' | 'to') => (e: Event): void => { this[name] = (e.target as HTMLInputElement).value; };
    return html`<div class="body">
      ${fault.detail ? html`<p class="id" data-said>${fault.detailZh === undefined ? term('reason', fault.detail) : spoken(term('reason', fault.detail), fault.detailZh)}</p>` : nothing}
      ${fault.causedBy ? html`<p class="soft">← ${fault.causedBy}</p>` : nothing}
      ${fault.affected ? html`<p>${say('affected')}: ${fault.affected.join(', ')}</p>` : nothing}
      <div class="form wide"><label>${say('noteText')}<input maxlength="500" .value=${this.text} @input=${set('text')}></label></div>
      <div class="acts">${repeat(acts.filter(([, , can]) => can), ([verb]) => `${fault.id}/${verb}`, ([verb, word, , args]) => html`
        <av-hold-button small data-act=${verb} label=${say(word)} ?off=${(verb === 'note' || (isReported && (verb === 'resolve' || verb === 'close'))) && !this.text.trim()} .args=${args} target=${`$fault/${fault.id}/do/${verb}`}></av-hold-button>`)}</div>
      ${atWork ? html`<div class="form">
        <label>${say('assignTo')}<input list="receivers" maxlength="48" .value=${this.to} @input=${set('to')}></label>
        <datalist id="receivers">${['engineer', ...(fault.party ? [`vendor:${fault.party}`] : []), 'part', 'hearing', 'dispatch'].map(r => html`<option value=${r}></option>`)}</datalist>
        <av-hold-button small data-act="assign" label=${say('assign')} ?off=${!/^[a-z0-9:-]+$/.test(this.to)} .args=${{ to: this.to, ...text }} target=${`$fault/${fault.id}/do/assign`}></av-hold-button></div>` : nothing}
      ${fault.clocks.length > 0 ? html`<div><h2>${say('clocks')}</h2>${fault.clocks.map(c => clockLine(c))}</div>` : nothing}
      <div><h2>${say('timeLine')}</h2>
        ${repeat(fault.timeLine, l => l.n, l => html`<div class="line" data-what=${l.what}><span class="n" title=${moment(l.at)}>${clock(l.at)}</span><strong>${term('line', l.what)}</strong><span>${term('by', l.by)}</span>${l.text ? html`<span class="text" data-said>${spoken(l.text, l.textZh)}</span>` : nothing}</div>`)}</div>
    </div>`;
  }
}

customElements.define('av-fault-board', FaultBoard);
