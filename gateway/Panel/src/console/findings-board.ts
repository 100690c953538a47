import { css, html, nothing } from 'lit';
import { api } from '../api';
import { desk, touch } from '../styles';
import { say, term } from '../texts';
import { Watching } from '../watching';

interface Finding { severity: string; file: string; path: string; line: number; column: number; message: string; remedy: string }
interface Check { file: string; running: string; found: string | null; findings: Finding[] }

/** The site file as it stands now, looked at by the code that the next start would use. */
export class FindingsBoard extends Watching {
  static override properties = { check: { state: true }, failure: { state: true } };

  declare check: Check | undefined;
  declare failure: string;

  constructor() {
    super();
    this.failure = '';
  }

  static override styles = [touch, desk, css`
    .title { display: flex; justify-content: space-between; gap: 12px; flex-wrap: wrap; align-items: center; margin-bottom: 10px; }
    dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 4px 18px; margin: 0 0 14px; }
    dt { color: var(--soft); }
    dd { margin: 0; overflow-wrap: anywhere; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  override render() {
    const check = this.check;
    return html`<section aria-labelledby="findings">
      <div class="title"><h1 id="findings">${say('tabFindings')}</h1><button @click=${() => void this.#look()}>${say('lookAgain')}</button></div>
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : !check ? html`<p class="soft">${say('loading')}</p>` : html`
        <dl><dt>${say('findingsOf')}</dt><dd>${check.file}</dd><dt>${say('running')}</dt><dd><code>${check.running.slice(0, 16)}</code></dd><dt>${say('onDisk')}</dt><dd><code>${check.found?.slice(0, 16) ?? '–'}</code></dd></dl>
        <p class=${check.found === null ? 'bad' : check.found === check.running ? 'live' : 'warn'}>${check.found === null ? `■ ${say('brokenFile')}` : check.found === check.running ? `● ${say('sameFile')}` : `▲ ${say('otherFile')}`}</p>
        ${check.findings.length === 0 ? html`<p class="live">✓ ${say('noFindingsFile')}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="findings"><table>
          <thead><tr><th>${say('state')}</th><th>${say('lineOf')}</th><th>${say('what')}</th><th>${say('remedy')}</th></tr></thead>
          <tbody>${check.findings.map(f => html`<tr><td class=${f.severity === 'error' ? 'bad' : 'warn'}>${f.severity === 'error' ? '■' : '▲'} ${term('severity', f.severity)}</td><td class="n">${f.file}:${f.line}</td><td lang="en">${f.message}<br><span class="id">${f.path}</span></td><td lang="en">${f.remedy}</td></tr>`)}</tbody></table></div>`}`}
    </section>${nothing}`;
  }

  async #look(): Promise<void> {
    try {
      this.check = await api<Check>('/api/findings');
      this.failure = '';
    } catch (failed) {
      this.failure = failed instanceof Error ? failed.message : '';
    }
  }
}

customElements.define('av-findings-board', FindingsBoard);
