import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { gateway } from '../gateway';
import { desk, touch } from '../styles';
import { clock, say } from '../texts';
import { Watching } from '../watching';

interface Frame { n: number; at: string; d: '<' | '>'; text: string }

/** So many lines are kept on the page; the evidence bundle of a fault has its own. */
const most = 300;

/** What passes on a device's wire, as it passes, in the notation of the transcripts. Passwords are hidden where the codec knows them. */
export class WireLog extends Watching {
  static override properties = { device: {}, frames: { state: true }, isOn: { state: true }, words: { state: true } };

  declare device: string;
  declare frames: Frame[];
  declare isOn: boolean;
  declare words: string;
  #stop: AbortController | undefined;

  constructor() {
    super();
    this.device = this.words = '';
    this.frames = [];
    this.isOn = false;
  }

  static override styles = [touch, desk, css`
    .title { display: flex; justify-content: space-between; gap: 12px; align-items: center; flex-wrap: wrap; margin-bottom: 8px; }
    .title h2 { margin: 0; }
    pre { margin: 0; max-height: 380px; overflow: auto; background: var(--ground); border-radius: 10px; padding: 10px 14px; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; min-height: 60px; }
    .up { color: var(--warn); }
    .down { color: var(--live); }
    .at { color: var(--soft); }
  `];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('device')) this.#end('');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end('');
  }

  override render() {
    return html`
      <section aria-labelledby="wire">
        <div class="title"><h2 id="wire">${say('wireLog')}</h2>
          <button ?disabled=${!gateway.isLive} data-wire @click=${() => (this.isOn ? this.#end('') : void this.#listen())}>${this.isOn ? `■ ${say('wireStop')}` : `● ${say('wireStart')}`}</button></div>
        ${this.isOn || this.frames.length > 0 ? html`<pre tabindex="0" role="log" aria-live="off" aria-labelledby="wire">${this.frames.length === 0 ? html`<span class="at">${say('wireEmpty')}</span>` : this.frames.map(f => html`<span class="at">${clock(f.at)}  </span><span class=${f.d === '>' ? 'up' : 'down'}>${f.d} ${f.text}</span>\n`)}</pre>` : nothing}
        <p class="soft">${this.words || say('wireHint')}</p>
      </section>`;
  }

  override updated(): void {
    const log = this.renderRoot.querySelector('pre');
    if (log) log.scrollTop = log.scrollHeight;
  }

  async #listen(): Promise<void> {
    const stop = this.#stop = new AbortController();
    this.frames = [];
    this.isOn = true;
    this.words = '';
    try {
      const answer = await fetch(`/api/wire/${this.device}`, { headers: { authorization: gateway.authorization }, cache: 'no-store', credentials: 'omit', signal: stop.signal });
      if (!answer.ok || !answer.body) throw new Error(((await answer.json()) as { title?: string }).title ?? `HTTP ${answer.status}`);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const lines = (rest + value).split('\n');
        rest = lines.pop()!;
        const told = lines.filter(l => l.length > 0).map(l => JSON.parse(l) as Frame);
        if (told.length > 0) this.frames = [...this.frames, ...told].slice(-most);
      }

      this.#end(say('wireEnded'));
    } catch (failure) {
      if (!stop.signal.aborted) this.#end(failure instanceof Error ? failure.message : say('wireEnded'));
    }
  }

  #end(words: string): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.isOn = false;
    this.words = words;
    if (words === '') this.frames = [];
  }
}

customElements.define('av-wire-log', WireLog);
