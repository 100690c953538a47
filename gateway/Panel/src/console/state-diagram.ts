import dagre from '@dagrejs/dagre';
import { css, html, nothing, svg } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { api } from '../api';
import { desk, touch } from '../styles';
import { say } from '../texts';
import { Watching } from '../watching';

interface Diagram { start: string | null; states: { name: string; within: string | null }[]; arrows: { from: string; to: string; told: string[] }[] }
interface Point { x: number; y: number }
interface Box extends Point { width: number; height: number }
interface Drawn { width: number; height: number; boxes: (Box & { name: string; isGroup: boolean })[]; lines: { from: string; to: string; points: Point[] }[]; notes: { from: string; to: string; told: string[] }[] }

const letter = 9;
const kept = new Map<string, Promise<Drawn>>();

/** The state machine of a driver as that machine describes itself, with the state in which the device is now. */
export class StateDiagram extends Watching {
  static override properties = { driver: {}, mode: {}, drawn: { state: true } };

  declare driver: string;
  declare mode: string;
  declare drawn: Drawn | undefined;

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
    if (!changed.has('driver') || !this.driver) return;
    const driver = this.driver;
    this.drawn = undefined;
    let drawing = kept.get(driver);
    if (!drawing) kept.set(driver, drawing = api<Diagram>(`/api/diagram/${encodeURIComponent(driver)}`).then(layOut));
    drawing.then(drawn => { if (driver === this.driver) this.drawn = drawn; }, () => kept.delete(driver));
  }

  override render() {
    const drawn = this.drawn;
    return html`
      <section aria-labelledby="diagram">
        <div class="title"><h2 id="diagram">${say('diagram')}</h2><span>${say('present')}: <strong class="live">● ${this.mode || say('unknown')}</strong></span></div>
        ${drawn ? html`<svg viewBox="0 0 ${drawn.width} ${drawn.height}" role="img" aria-label=${`${say('present')}: ${this.mode || say('unknown')}`}>
          <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" style="fill: var(--soft); stroke: none; opacity: 1"></path></marker></defs>
          ${drawn.boxes.filter(b => b.isGroup).map(b => this.#box(b))}
          ${drawn.lines.map(l => svg`<path class=${l.from === this.mode ? 'out' : ''} d=${curve(l.points)} marker-end="url(#tip)"><title>${l.from} → ${l.to}</title></path>`)}
          ${drawn.boxes.filter(b => !b.isGroup).map(b => this.#box(b))}
        </svg>${this.#onward(drawn)}` : html`<p class="soft">${say('loading')}</p>`}
      </section>`;
  }

  #box(b: Drawn['boxes'][number]): TemplateResult<2> {
    const x = b.x - b.width / 2;
    const y = b.y - b.height / 2;
    return svg`<g class=${b.name === this.mode ? 'now' : ''} data-state=${b.name} aria-current=${b.name === this.mode ? 'true' : nothing}>
      <rect class=${b.isGroup ? 'group' : ''} x=${x} y=${y} width=${b.width} height=${b.height} rx="9"></rect>
      ${b.isGroup ? svg`<text class="group" x=${x + 10} y=${y + 13}>${b.name}</text>` : svg`<text x=${b.x} y=${b.y}>${b.name}</text>`}</g>`;
  }

  /** Where the way leads from here, and what leads there: an arrow's words would hide the picture. */
  #onward(drawn: Drawn) {
    const isIn = (state: string): boolean => state === this.mode || drawn.boxes.some(b => b.isGroup && b.name === state && holds(b, drawn.boxes.find(x => x.name === this.mode)));
    const ways = drawn.notes.filter(n => isIn(n.from));
    return ways.length === 0 ? nothing : html`<ul>${ways.map(w => html`<li>${w.from} → <strong>${w.to}</strong>${w.told.length > 0 ? `: ${w.told.join(', ')}` : ''}</li>`)}</ul>`;
  }
}

const holds = (group: Box, box: Box | undefined): boolean =>
  box !== undefined && Math.abs(box.x - group.x) < group.width / 2 && Math.abs(box.y - group.y) < group.height / 2;

function layOut(diagram: Diagram): Drawn {
  const graph = new dagre.graphlib.Graph({ compound: true, multigraph: false });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 46, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  const groups = new Set(diagram.states.map(s => s.within).filter(w => w !== null));
  for (const { name } of diagram.states) graph.setNode(name, groups.has(name) ? { width: 0, height: 0 } : { width: name.length * letter + 26, height: 36 });
  for (const { name, within } of diagram.states) if (within) graph.setParent(name, within);

  // The layout knows no arrows of groups; they are told in words.
  for (const { from, to } of diagram.arrows) if (!groups.has(from) && !groups.has(to)) graph.setEdge(from, to);
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width, height,
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
