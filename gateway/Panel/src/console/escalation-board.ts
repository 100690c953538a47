import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Fault, Notices, Silence } from '../contract';
import { gateway } from '../gateway';
import '../hold-button';
import { desk, touch } from '../styles';
import { moment, named, say } from '../texts';
import { Watching } from '../watching';
import { clockLine } from './clock-line';

/** Who has to do what by when, who is called, and what could not be told to whom. */
export class EscalationBoard extends Watching {
  static override properties = { subject: { state: true }, minutes: { state: true }, reason: { state: true } };

  declare subject: string;
  declare minutes: string;
  declare reason: string;
  #tick = 0;

  constructor() {
    super();
    this.subject = this.reason = '';
    this.minutes = '60';
  }

  static override styles = [touch, desk, css`
    :host { display: grid; gap: 14px; }
    .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 14px; align-items: start; }
    .item { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 8px 12px; align-items: center; padding: 8px 0; border-bottom: 1px solid var(--line); }
    .item:last-of-type { border-bottom: 0; }
    .reason input { min-width: 260px; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick = window.setInterval(() => this.requestUpdate(), 1_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.#tick);
  }

  override render() {
    return html`
      <section aria-labelledby="clocks"><h1 id="clocks">${say('clocks')}</h1><p class="soft">${say('reminders')}</p>${this.#clocks()}</section>
      <div class="pair">
        <section aria-labelledby="duty"><h2 id="duty">${say('onDuty')}</h2>${this.#duty()}</section>
        <section aria-labelledby="notices"><h2 id="notices">${say('undelivered')}</h2>${this.#notices()}</section>
      </div>
      <section aria-labelledby="silences"><h2 id="silences">${say('silences')}</h2>${this.#silences()}</section>`;
  }

  #clocks() {
    const running = [...gateway.topics].filter(([tail]) => tail.startsWith('$fault/')).map(([, f]) => f as Fault)
      .flatMap(fault => (fault.clocks ?? []).filter(c => !c.endedAt).map(clock => ({ fault, clock })))
      .sort((a, b) => (a.clock.due ?? '9').localeCompare(b.clock.due ?? '9'));
    if (running.length === 0) return html`<p class="live">✓ ${say('noClocks')}</p>`;
    return repeat(running, r => `${r.fault.id}/${r.clock.clock}`, r => clockLine(r.clock, `${r.fault.severity} ${named(r.fault.title, r.fault.code)} · ${r.fault.subject} — `));
  }

  #duty() {
    const rosters = [...gateway.topics].filter(([tail]) => tail.startsWith('$roster/'));
    if (rosters.length === 0) return html`<p class="soft">${say('noRoster')}</p>`;
    return rosters.map(([tail, r]) => html`<div class="item"><span>${tail.slice(8)}</span><strong>${(r as { contact?: string }).contact ?? html`<span class="bad">■ ${say('nobodyOnDuty')}</span>`}</strong></div>`);
  }

  #notices() {
    const contacts = [...gateway.topics].filter(([tail]) => tail.startsWith('$notice/')).map(([tail, n]) => ({ contact: tail.slice(8), notices: n as Notices }));
    if (contacts.length === 0) return html`<p class="live">✓ ${say('noNotices')}</p>`;
    return contacts.map(({ contact, notices }) => html`
      ${notices.lanes.map(l => html`<div class="item"><span><strong>${contact}</strong> · ${l.channel}${l.said ? html`<br><span class="id">${l.said}</span>` : nothing}</span><span class="warn">▲ ${l.waiting} ${say('waiting')} · ${l.tries} ${say('tries')}</span></div>`)}
      ${repeat(notices.dead, d => d.key, d => html`<div class="item"><span><strong>${contact}</strong> · ${d.channel} · ${moment(d.at)} · ${d.tries} ${say('tries')}${d.said ? html`<br><span class="id">${d.said}</span>` : nothing}</span>
        <span class="row"><av-hold-button small label=${say('retry')} target=${`$notice/${contact}/do/retry`} .args=${{ key: d.key }}></av-hold-button>
          <av-hold-button small label=${say('discard')} consequence=${say('discard')} target=${`$notice/${contact}/do/discard`} .args=${{ key: d.key }}></av-hold-button></span></div>`)}`);
  }

  #silences() {
    const silences = [...gateway.topics].filter(([tail]) => tail.startsWith('$silence/')).map(([tail, s]) => ({ id: tail.slice(9), ...(s as Silence) }));
    const set = (name: 'subject' | 'minutes' | 'reason') => (e: Event): void => { this[name] = (e.target as HTMLInputElement).value; };
    const minutes = Number(this.minutes);
    const isWhole = this.subject !== '' && this.reason.trim() !== '' && Number.isInteger(minutes) && minutes >= 1 && minutes <= 10_080;
    const devices = [...gateway.topics.keys()].filter(t => t.endsWith('/$desc')).map(t => t.slice(0, -6)).sort();
    return html`
      ${silences.length === 0 ? html`<p class="soft">${say('noSilences')}</p>` : repeat(silences, s => s.id, s => html`
        <div class="item"><span><strong>${s.fault ?? s.subject ?? s.code}</strong> · ${s.reason}<br><span class="id">${s.by} · ${say('until')} ${moment(s.until)}</span></span>
          <av-hold-button small label=${say('lift')} target="$silence/do/lift" .args=${{ silence: s.id }}></av-hold-button></div>`)}
      <div class="form reason">
        <label>${say('subject')}<input list="subjects" .value=${this.subject} @input=${set('subject')}></label><datalist id="subjects">${devices.map(d => html`<option value=${d}></option>`)}</datalist>
        <label>${say('minutes')}<input type="number" min="1" max="10080" .value=${this.minutes} @input=${set('minutes')}></label>
        <label>${say('reason')}<input maxlength="200" .value=${this.reason} @input=${set('reason')}></label>
        <av-hold-button small label=${say('silence')} ?off=${!isWhole} target="$silence/do/set" .args=${{ subject: this.subject, minutes, reason: this.reason.trim() }}></av-hold-button>
      </div>`;
  }
}

customElements.define('av-escalation-board', EscalationBoard);
