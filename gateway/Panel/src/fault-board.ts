import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Fault } from './contract';
import { gateway } from './gateway';
import './hold-button';
import { touch } from './styles';
import { clock, named, say } from './texts';
import type { Word } from './texts';
import { Watching } from './watching';

/** The faults that are open, gravest first, with their time line and what can be done now. */
export class FaultBoard extends Watching {
  static override properties = { open: { state: true } };

  declare open: string;

  constructor() {
    super();
    this.open = '';
  }

  static override styles = [touch, css`
    article { border: 2px solid var(--line); border-radius: 14px; padding: 12px; margin-bottom: 12px; }
    .head { width: 100%; text-align: left; border: 0; background: transparent; min-height: 64px; }
    table { border-collapse: collapse; width: 100%; font-size: 18px; }
    td { padding: 4px 10px 4px 0; vertical-align: top; }
    .cause { color: var(--soft); }
  `];

  override render() {
    const faults = [...gateway.topics].filter(([tail]) => tail.startsWith('$fault/')).map(([, f]) => f as Fault).sort((a, b) => a.severity.localeCompare(b.severity) || a.id.localeCompare(b.id));
    return html`<section aria-labelledby="faults"><h2 id="faults">${say('faults')} (${faults.length})</h2>
      ${faults.length === 0 ? html`<p class="live">✓ ${say('noFaults')}</p>` : repeat(faults, f => f.id, f => this.#fault(f))}</section>`;
  }

  #fault(fault: Fault) {
    const isOpen = this.open === fault.id;
    return html`
      <article data-fault=${fault.id}>
        <button class="head" aria-expanded=${isOpen} @click=${() => { this.open = isOpen ? '' : fault.id; }}>
          <strong class=${fault.severity === 'P1' ? 'bad' : 'warn'}>${fault.severity}</strong> ${named(fault.title, fault.code)} · ${fault.subject}
          ${fault.times > 1 ? html` ×${fault.times}` : nothing}<br><span class="soft">${fault.id} · ${fault.step} · ${say('since')} ${clock(fault.since)}${fault.owner ? ` · ${fault.owner}` : ''}</span>
        </button>
        ${isOpen ? this.#details(fault) : nothing}
      </article>`;
  }

  #details(fault: Fault) {
    const acts: [string, Word, boolean][] = [
      ['ack', 'acknowledge', fault.step === 'open'],
      ['accept', 'accept', !['restored', 'solved'].includes(fault.step)],
      ['resolve', 'resolve', fault.step === 'restored'],
      ['close', 'closeFault', ['restored', 'solved'].includes(fault.step)],
    ];
    return html`
      ${fault.causedBy ? html`<p class="cause">← ${fault.causedBy}</p>` : nothing}
      ${fault.affected ? html`<p>${say('affected')}: ${fault.affected.join(', ')}</p>` : nothing}
      <div class="row">${repeat(acts.filter(([, , can]) => can), ([verb]) => verb, ([verb, word]) => html`<av-hold-button class="grow" label=${say(word)} target=${`$fault/${fault.id}/do/${verb}`}></av-hold-button>`)}</div>
      <h2>${say('timeLine')}</h2>
      <table>${fault.timeLine.map(l => html`<tr><td>${clock(l.at)}</td><td>${l.what}</td><td>${l.by}</td><td>${l.text ?? ''}</td></tr>`)}</table>`;
  }
}

customElements.define('av-fault-board', FaultBoard);
