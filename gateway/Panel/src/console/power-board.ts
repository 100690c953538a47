import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Answer, Hearing, PowerRun, PowerStep } from '../contract';
import { gateway } from '../gateway';
import '../hold-button';
import { go, levels } from '../route';
import { desk, touch } from '../styles';
import { clock, moment, named, say, spoken, term } from '../texts';
import { Watching } from '../watching';

const ended = new Set(['verified', 'unverified', 'off-failed', 'on-failed', 'contradicted', 'unreachable', 'came-back', 'cancelled', 'replaced']);
const tones: Record<string, string> = { verified: 'live', waiting: 'soft', wished: 'soft', sent: 'warn', watched: 'warn', unverified: 'warn', held: 'warn', cancelled: 'soft', replaced: 'soft' };
const signs: Record<string, string> = { live: '✓', soft: '○', warn: '▲', bad: '■' };

/** Power runs step by step: what was wished, sent and seen, and what was put off and why. */
export class PowerBoard extends Watching {
  static override properties = { room: { state: true }, plan: { state: true } };

  declare room: string;
  declare plan: Answer | undefined;

  constructor() {
    super();
    this.room = '';
  }

  static override styles = [touch, desk, css`
    :host { display: grid; gap: 14px; }
    article { border: 2px solid var(--line); border-radius: 14px; margin-top: 12px; }
    .head { width: 100%; text-align: left; border: 0; background: transparent; min-height: 64px; display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 6px 14px; align-items: center; padding: 10px 16px; }
    .body { padding: 0 16px 16px; display: grid; gap: 12px; }
    svg { display: block; width: 100%; height: 12px; border-radius: 6px; grid-column: 1 / -1; }
    ol { margin: 8px 0 0; padding-left: 28px; font-size: 18px; line-height: 1.5; }
  `];

  override render() {
    const rooms = [...gateway.topics].filter(([tail]) => tail.endsWith('/$hearing')).map(([tail, h]) => ({ id: tail.slice(0, -9), hearing: h as Hearing })).sort((a, b) => a.id.localeCompare(b.id));
    const runs = [...gateway.topics].filter(([tail]) => tail.startsWith('$power/')).map(([tail, r]) => ({ id: tail.slice(7), run: r as PowerRun })).sort((a, b) => b.run.startedAt.localeCompare(a.run.startedAt));
    const room = this.room || rooms[0]?.id || '';
    return html`
      <section aria-labelledby="order"><h2 id="order">${say('powerOrder')}</h2>
        <div class="form">
          <label>${say('room')}<select @change=${(e: Event) => { this.room = (e.target as HTMLSelectElement).value; this.plan = undefined; }}>${rooms.map(r => html`<option value=${r.id} ?selected=${r.id === room}>${named(r.hearing.name, r.id)}</option>`)}</select></label>
          ${repeat(['off', 'on'], act => act, act => html`<av-hold-button small data-act=${`preview-${act}`} label=${`${say('powerPreview')} · ${term('act', act)}`} target="$power/do/preview" .args=${{ room, act }} @ended=${(e: CustomEvent<Answer>) => { this.plan = e.detail; }}></av-hold-button>`)}
          <av-hold-button small data-act="off" danger label=${say('powerOff')} consequence=${say('confirmPowerOff')} target="$power/do/off" .args=${{ room }}></av-hold-button>
          <av-hold-button small data-act="on" label=${say('powerOn')} consequence=${say('confirmPowerOn')} target="$power/do/on" .args=${{ room }}></av-hold-button>
        </div>
        ${this.plan?.plan ? html`<p class="soft">${say('planOf')}</p><ol>${(this.plan.plan.steps as unknown as PowerStep[]).map(s => html`<li>${term('kind', s.kind)} · ${s.device}${s.outlet === undefined ? '' : ` #${s.outlet}`}</li>`)}</ol>` : nothing}
      </section>
      <section aria-labelledby="runs"><h1 id="runs">${say('tabPower')} (${runs.length})</h1>
        ${runs.length === 0 ? html`<p class="soft">${say('noRuns')}</p>` : repeat(runs, r => r.id, r => this.#run(r.id, r.run))}</section>`;
  }

  #run(id: string, run: PowerRun) {
    const [, , chosen = ''] = levels();
    const isOpen = chosen === id;
    const total = Object.values(run.counts).reduce((sum, n) => sum + n, 0);
    const over = Object.entries(run.counts).filter(([state]) => ended.has(state)).reduce((sum, [, n]) => sum + n, 0);
    const tone = run.state === 'running' ? 'warn' : run.state === 'done' ? 'live' : run.state === 'partial' ? 'bad' : 'soft';
    return html`
      <article data-run=${id}>
        <button class="head" aria-expanded=${isOpen} @click=${() => go(isOpen ? '/console/power' : `/console/power/${id}`)}>
          <span><strong>${term('act', run.act)}</strong> · ${run.scope === 'site' ? say('all') : run.scope}<br><span class="id">${id} · ${moment(run.startedAt)} · ${run.by}${run.second ? ` + ${run.second}` : ''}</span></span>
          <span class="tag ${tone}">${signs[tone]} ${term('run', run.state)} · ${over}/${total}</span>
          <svg viewBox="0 0 100 12" preserveAspectRatio="none" role="img" aria-label=${`${over}/${total}`}><rect width="100" height="12" fill="var(--ground)"></rect><rect width=${total === 0 ? 0 : over / total * 100} height="12" fill=${`var(--${tone})`}></rect></svg>
        </button>
        ${isOpen ? this.#details(id, run) : nothing}
      </article>`;
  }

  #details(id: string, run: PowerRun) {
    return html`<div class="body">
      <p>${run.rooms.map(r => html`<span class="tag ${r.state === 'done' ? 'live' : r.state === 'deferred' ? 'warn' : r.state === 'partial' ? 'bad' : 'soft'}">${r.room} · ${term('run', r.state)}${r.why ? ` (${term('code', r.why)})` : ''}</span> `)}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${say('steps')}><table>
        <thead><tr><th>${say('what')}</th><th>${say('device')}</th><th>${say('state')}</th><th>${say('sentAt')}</th><th>${say('signs')}</th></tr></thead>
        <tbody>${repeat(run.steps, s => s.step, s => { const tone = tones[s.state] ?? 'bad'; return html`<tr data-step=${s.step}>
          <td>${term('kind', s.kind)}</td><td>${s.device}${s.outlet === undefined ? '' : ` #${s.outlet}`}</td>
          <td class=${tone}>${signs[tone]} ${term('powerStep', s.state)}${s.reason ? html`<br><span class="id">${spoken(term('code', s.reason), s.reasonZh ?? term('code', s.reason))}</span>` : nothing}</td>
          <td class="n">${clock(s.sentAt)}${s.endedAt ? html`<br><span class="id">→ ${clock(s.endedAt)}</span>` : nothing}</td>
          <td>${s.signs.map(g => html`<span class="id">${term('sign', g.sign)}: ${term('shown', g.shown)}</span><br>`)}</td></tr>`; })}</tbody></table></div>
      ${run.stepsLeftOut ? html`<p class="soft">${run.stepsLeftOut} ${say('stepsLeftOut')}</p>` : nothing}
      ${run.state === 'running' ? html`<div><av-hold-button small label=${say('powerCancel')} consequence=${say('confirmPowerCancel')} target="$power/do/cancel" .args=${{ run: id }}></av-hold-button></div>` : nothing}
    </div>`;
  }
}

customElements.define('av-power-board', PowerBoard);
