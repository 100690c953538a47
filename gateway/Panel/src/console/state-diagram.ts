import dagre from '@dagrejs/dagre';
import { css, html, nothing, svg } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { api } from '../api';
import { desk, touch } from '../styles';
import type { Names } from '../contract';
import { language, named, say } from '../texts';
import type { Language } from '../texts';
import { Watching } from '../watching';

interface State { name: string; within: string | null; says: Names }
interface Arrow { from: string; to: string; told: string[]; says: Names[] }
interface Diagram { start: string | null; states: State[]; arrows: Arrow[] }
interface Point { x: number; y: number }
interface Box extends Point { width: number; height: number }
interface Drawn { width: number; height: number; boxes: (Box & { name: string; isGroup: boolean })[]; lines: { from: string; to: string; points: Point[] }[]; notes: Arrow[]; titles: Map<string, Names> }

// A Chinese character is as wide as it is high.
const letter = 9;
const character = 16;
const kept = new Map<string, Promise<Diagram>>();

/** The state machine of a driver as that machine describes itself, with the state in which the device is now. */
export class StateDiagram extends Watching {
  static override properties = { driver: {}, mode: {}, titles: { attribute: false }, drawn: { state: true } };

  declare driver: string;
  declare mode: string;

  /** What people call the modes, as the device's description says it: there before the diagram is. */
  declare titles: Record<string, Names> | undefined;
  declare drawn: Drawn | undefined;
  #shown = '';

  constructor() {
    super();
    this.driver = this.mode = '';
  }

  static override styles = [touch, desk, css`
    svg { display: block; width: 100%; height: auto; max-height: 440px; }
    rect { fill: var(--ground); stroke: var(--line); stroke-width: 1.5; }
    rect.group { fill: none; stroke-dasharray: 5 4; }
    path { fill: none; stroke: var(--soft); stroke-width: 1.4; opacity: .75; }
    path.out { stroke: var(--live); stroke-width: 2.4; opacity: 1; }
    text { fill: var(--ink); font-size: 15px; text-anchor: middle; dominant-baseline: central; }
    text.group { fill: var(--soft); font-size: 13px; text-anchor: start; }
    .now rect { fill: var(--live); stroke: var(--live); }
    .now text { fill: #06240f; font-weight: 700; }
    ul { margin: 10px 0 0; padding-left: 20px; font-size: 16px; color: var(--soft); line-height: 1.5; }
    .title { display: flex; justify-content: space-between; gap: 12px; flex-wrap: wrap; }
  `];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('driver')) this.drawn = undefined;
    const [driver, now] = [this.driver, `${language.now} ${this.driver}`];
    if (!driver || this.#shown === now) return;
    this.#shown = now;
    let asked = kept.get(driver);
    if (!asked) kept.set(driver, asked = api<Diagram>(`/api/diagram/${encodeURIComponent(driver)}`));
    asked.then(diagram => { if (this.#shown === now) this.drawn = layOut(diagram, language.now); }, () => { kept.delete(driver); this.#shown = ''; });
  }

  override render() {
    const drawn = this.drawn;
    return html`
      <section aria-labelledby="diagram">
        <div class="title"><h2 id="diagram">${say('diagram')}</h2><span>${say('present')}: <strong class="live">● ${this.#name(this.mode)}</strong></span></div>
        ${drawn ? html`<svg viewBox="0 0 ${drawn.width} ${drawn.height}" role="img" aria-label=${`${say('present')}: ${this.#name(this.mode)}`}>
          <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" style="fill: var(--soft); stroke: none; opacity: 1"></path></marker></defs>
          ${drawn.boxes.filter(b => b.isGroup).map(b => this.#box(b))}
          ${drawn.lines.map(l => svg`<path class=${l.from === this.mode ? 'out' : ''} d=${curve(l.points)} marker-end="url(#tip)"><title>${this.#name(l.from)} → ${this.#name(l.to)}</title></path>`)}
          ${drawn.boxes.filter(b => !b.isGroup).map(b => this.#box(b))}
        </svg>${this.#onward(drawn)}` : html`<p class="soft">${say('loading')}</p>`}
      </section>`;
  }

  #box(b: Drawn['boxes'][number]): TemplateResult<2> {
    const x = b.x - b.width / 2;
    const y = b.y - b.height / 2;
    return svg`<g class=${b.name === this.mode ? 'now' : ''} data-state=${b.name} aria-current=${b.name === this.mode ? 'true' : nothing}>
      <rect class=${b.isGroup ? 'group' : ''} x=${x} y=${y} width=${b.width} height=${b.height} rx="9"></rect>
      ${b.isGroup ? svg`<text class="group" x=${x + 10} y=${y + 13}>${this.#name(b.name)}</text>` : svg`<text x=${b.x} y=${b.y}>${this.#name(b.name)}</text>`}</g>`;
  }

  #name(state: string): string {
    return state === '' ? say('unknown') : named(this.drawn?.titles.get(state) ?? this.titles?.[state], state);
  }

  /** Where the way leads from here, and what leads there: an arrow's words would hide the picture. */
  #onward(drawn: Drawn) {
    const isIn = (state: string): boolean => state === this.mode || drawn.boxes.some(b => b.isGroup && b.name === state && holds(b, drawn.boxes.find(x => x.name === this.mode)));
    const ways = drawn.notes.filter(n => isIn(n.from));
    return ways.length === 0 ? nothing : html`<ul>${ways.map(w => html`<li>${this.#name(w.from)} → <strong>${this.#name(w.to)}</strong>${w.told.length > 0 ? `: ${w.told.map((t, i) => named(w.says[i], t)).join(language.now === 'zh' ? '、' : ', ')}` : ''}</li>`)}</ul>`;
  }
}

const holds = (group: Box, box: Box | undefined): boolean =>
  box !== undefined && Math.abs(box.x - group.x) < group.width / 2 && Math.abs(box.y - group.y) < group.height / 2;

function layOut(diagram: Diagram, spoken: Language): Drawn {
  const titles = new Map(diagram.states.map(s => [s.name, s.says]));
  const width = (name: string): number => [...titles.get(name)?.[spoken] ?? name].reduce((sum, c) => sum + (c > '\u2fff' ? character : letter), 0);
  const graph = new dagre.graphlib.Graph({ compound: true, multigraph: false });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 46, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  const groups = new Set(diagram.states.map(s => s.within).filter(w => w !== null));
  for (const { name } of diagram.states) graph.setNode(name, groups.has(name) ? { width: 0, height: 0 } : { width: width(name) + 26, height: 36 });
  for (const { name, within } of diagram.states) if (within) graph.setParent(name, within);

  // The layout knows no arrows of groups; they are told in words.
  for (const { from, to } of diagram.arrows) if (!groups.has(from) && !groups.has(to)) graph.setEdge(from, to);
  dagre.layout(graph);
  const size = graph.graph();
  return {
    width: size.width ?? 0, height: size.height ?? 0, titles,
    boxes: graph.nodes().map((name: string) => ({ ...(graph.node(name) as Box), name, isGroup: groups.has(name) })),
    lines: graph.edges().map((e: { v: string; w: string }) => ({ from: e.v, to: e.w, points: (graph.edge(e) as { points: Point[] }).points })),
    notes: diagram.arrows,
  };
}

function curve(points: Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x} ${first.y}`;
  for (let i = 0; i < rest.length - 1; i++) {
    const [a, b] = [rest[i]!, rest[i + 1]!];
    path += ` Q${a.x} ${a.y} ${(a.x + b.x) / 2} ${(a.y + b.y) / 2}`;
  }

  const last = rest.at(-1) ?? first;
  return `${path} L${last.x} ${last.y}`;
}

customElements.define('av-state-diagram', StateDiagram);
