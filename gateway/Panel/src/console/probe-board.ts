import { css, html, nothing, svg } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Probe, ProbeHistory } from '../contract';
import { gateway } from '../gateway';
import '../hold-button';
import { desk, touch } from '../styles';
import { clock, named, say, spoken, term } from '../texts';
import type { Word } from '../texts';
import { Watching } from '../watching';

const order = ['alarm', 'warn', 'unknown', 'stale', 'ok'];
const signs: Record<string, readonly [sign: string, word: Word, tone: string]> = {
  ok: ['●', 'probeOk', 'live'], warn: ['▲', 'probeWarn', 'warn'], alarm: ['■', 'probeAlarm', 'bad'], unknown: ['?', 'unknown', 'soft'], stale: ['◌', 'stale', 'soft'],
};
const [width, height] = [600, 80];

/** What the gateway looks at beside the devices' own links: the worst first, with what was seen, when, and the last runs as a line. */
export class ProbeBoard extends Watching {
  static override properties = { subject: {}, open: { state: true }, history: { state: true } };

  /** Only what speaks of this device; empty: all. */
  declare subject: string;
  declare open: string;
  declare history: ProbeHistory | undefined;

  constructor() {
    super();
    this.open = this.subject = '';
  }

  static override styles = [touch, desk, css`
    article { border-bottom: 1px solid var(--line); padding: 4px 0; }
    article:last-child { border-bottom: 0; }
    .head { width: 100%; text-align: left; border: 0; background: transparent; display: flex; gap: 12px; justify-content: space-between; flex-wrap: wrap; }
    .seen { font-variant-numeric: tabular-nums; }
    svg { width: 100%; height: 80px; display: block; background: var(--ground); border-radius: 10px; }
    polyline { fill: none; stroke: var(--live); stroke-width: 2; vector-effect: non-scaling-stroke; }
    rect { fill: var(--bad); }
    pre { margin: 8px 0; font-size: 18px; white-space: pre-wrap; overflow-wrap: anywhere; }
  `];

  override render() {
    const probes = [...gateway.topics].filter(([tail]) => /(^|\/)\$probe\/[^/]+$/.test(tail)).map(([tail, p]) => [tail, p as Probe] as const)
      .filter(([tail, p]) => !this.subject || p.subject === this.subject || tail.startsWith(`${this.subject}/`))
      .sort(([a, p], [b, q]) => order.indexOf(p.q) - order.indexOf(q.q) || a.localeCompare(b));
    if (probes.length === 0) return this.subject ? nothing : html`<section><p class="soft">${say('noProbes')}</p></section>`;
    const bad = probes.filter(([, p]) => p.q !== 'ok').length;
    return html`<section aria-labelledby="probes"><h2 id="probes">${say('probes')} (${bad}/${probes.length})</h2>${repeat(probes, ([tail]) => tail, ([tail, p]) => this.#probe(tail, p))}</section>`;
  }

  #probe(tail: string, probe: Probe) {
    const isOpen = this.open === tail;
    const [sign, word, tone] = signs[probe.q] ?? signs['unknown']!;
    return html`
      <article data-probe=${probe.id} data-q=${probe.q}>
        <button class="head" aria-expanded=${isOpen} @click=${() => this.#choose(isOpen ? '' : tail)}>
          <span><strong class=${tone}>${sign} ${say(word)}</strong> ${named(probe.name, probe.id)}<br><span class="soft">${term('probeKind', probe.kind)} · ${probe.target ?? probe.subject}</span></span>
          <span class="seen">${Object.entries(probe.values ?? {}).map(([name, v]) => html`<span class=${(signs[v.q] ?? signs['unknown']!)[2]}>${term('measure', name)} ${v.v}${v.unit ? ` ${v.unit}` : ''}</span> `)}<br>
            <span class="soft">${probe.at ? clock(probe.at) : say('notYet')}</span></span>
        </button>
        ${isOpen ? this.#details(tail, probe) : nothing}
      </article>`;
  }

  #details(tail: string, probe: Probe) {
    return html`
      ${probe.text ? html`<p>${spoken(probe.text, probe.textZh)}</p>` : nothing}
      ${probe.remedy ? html`<p class="warn">→ ${spoken(probe.remedy, probe.remedyZh)}</p>` : nothing}
      ${probe.log ? html`<pre lang="en" data-said>${probe.log.join('\n')}</pre>` : nothing}
      ${this.history ? this.#chart(this.history) : nothing}
      <div class="row"><av-hold-button small label=${say('lookNow')} target=${`${tail}/do/run`}></av-hold-button></div>`;
  }

  /** The first measure of each run, or how long it took where there is none; a bad run is a bar, and never a gap that looks like health. */
  #chart({ points }: ProbeHistory) {
    if (points.length < 2) return nothing;
    const values = points.map(([, , value, took]) => value ?? took);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const x = (i: number): number => i * width / (points.length - 1);
    const y = (v: number): number => height - 6 - (v - least) / (most - least || 1) * (height - 12);
    return html`
      <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label=${`${least} … ${most}`}>
        ${points.map(([, q], i) => q === 'ok' || q === 'warn' ? nothing : svg`<rect x=${x(i) - 2} y="0" width="4" height=${height}></rect>`)}
        <polyline points=${values.map((v, i) => `${x(i)},${y(v)}`).join(' ')}></polyline>
      </svg>
      <p class="row soft"><span class="grow">${clock(points[0]![0])}</span><span>${least} … ${most}</span><span>${clock(points.at(-1)![0])}</span></p>`;
  }

  #choose(tail: string): void {
    this.open = tail;
    this.history = undefined;
    if (tail === '') return;
    void gateway.ask(`${tail}/do/history`, {}).then(answer => { if (this.open === tail) this.history = answer?.history; });
  }
}

customElements.define('av-probe-board', ProbeBoard);
