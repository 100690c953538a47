import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import './court-panel';
import './duty-wall';
import './engineer-console';
import type { Hearing } from './contract';
import { gateway } from './gateway';
import { touch } from './styles';
import { choose, clock, language, named, say } from './texts';
import { Watching } from './watching';

let page = '';
let room = '';

/** The page of the address, and what it has to be told of. */
function look(): void {
  [, page = '', room = ''] = location.pathname.split('/');
  gateway.filters = page === 'panel' && room ? [`${room}/#`] : page === 'wall' ? ['+/$hearing', '+/+/$state', '+/+/recorded', '$fault/+'] : page === 'console' ? ['+/#'] : ['+/$hearing'];
}

/** The whole app: who is signed in, whether the line stands, and the page of the address. */
class App extends Watching {
  static override styles = [touch, css`
    :host { min-height: 100vh; display: grid; grid-template-rows: auto 1fr; }
    .bar { display: flex; gap: 12px; align-items: center; padding: 8px 14px; background: var(--raised); }
    .bar strong { font-size: 20px; }
    .banner { padding: 12px 18px; background: var(--bad); color: #2b0b09; font-size: 22px; font-weight: 700; }
    .banner p { font-size: 18px; font-weight: 400; }
    .page[data-old] { filter: grayscale(1); opacity: .75; }
    form { display: grid; gap: 16px; max-width: 420px; margin: 10vh auto; }
    label { display: grid; gap: 6px; }
    input { font: inherit; font-size: 22px; min-height: 64px; padding: 8px 14px; border-radius: 12px; border: 2px solid var(--line); background: var(--ground); color: var(--ink); }
    .links { display: grid; gap: 12px; max-width: 520px; margin: 6vh auto; padding: 0 14px; }
    .links a { font-size: 22px; min-height: 64px; display: grid; align-items: center; padding: 8px 18px; border-radius: 14px; border: 2px solid var(--line); color: var(--ink); text-decoration: none; background: var(--raised); }
  `];

  override render(): TemplateResult {
    const link = gateway.link;
    return html`
      <div>
        <div class="bar" role="banner">
          <strong class="grow">${say('app')}</strong>
          <button @click=${this.#otherLanguage}>${say('otherLanguage')}</button>
          ${link === 'idle' || link === 'refused' ? '' : html`<button @click=${this.#signOut}>${say('signOut')} · ${gateway.user}</button>`}
        </div>
        ${this.#banner()}
      </div>
      ${link === 'idle' || link === 'refused' || (link === 'opening' && gateway.topics.size === 0) ? this.#door() : html`<div class="page" role="main" ?data-old=${!gateway.isLive}>${this.#page()}</div>`}`;
  }

  #banner() {
    if (gateway.link === 'lost') {
      return html`<div class="banner" role="alert">⚠ ${say('lost')}<p>${say('lostSince')} ${clock(gateway.seenAt)}。${say('manual')}</p></div>`;
    }

    if (gateway.link === 'live' && !gateway.isGatewayThere) return html`<div class="banner" role="alert">⚠ ${say('gatewayGone')}<p>${say('manual')}</p></div>`;
    return gateway.link === 'catching-up' ? html`<div class="banner" role="status">${say('catchingUp')}</div>` : '';
  }

  #door() {
    const words = gateway.link === 'refused' ? say('refused') : gateway.link === 'opening' ? say('signingIn') : '';
    return html`
      <form role="main" @submit=${this.#signIn}>
        <h1>${say('signIn')}</h1>
        <label>${say('user')}<input name="user" autocomplete="username" autocapitalize="none" required></label>
        <label>${say('password')}<input name="password" type="password" autocomplete="current-password" required></label>
        <button>${say('signIn')}</button>
        <p role="status" class="warn">${words}</p>
      </form>`;
  }

  #page(): TemplateResult {
    if (page === 'panel' && room) return html`<av-court-panel room=${room}></av-court-panel>`;
    if (page === 'wall') return html`<av-duty-wall></av-duty-wall>`;
    if (page === 'console') return html`<av-engineer-console></av-engineer-console>`;
    const rooms = [...gateway.topics].filter(([tail]) => tail.endsWith('/$hearing')).map(([tail, h]) => ({ id: tail.slice(0, -9), hearing: h as Hearing }));
    return html`
      <nav class="links" aria-label=${say('chooseRoom')} @click=${this.#follow}>
        ${rooms.map(r => html`<a href=${`/panel/${r.id}`}>${named(r.hearing.name, r.id)}</a>`)}
        <a href="/wall">${say('wall')}</a><a href="/console">${say('console')}</a>
      </nav>`;
  }

  readonly #signIn = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    void gateway.signIn(String(form.get('user')), String(form.get('password')));
  };

  readonly #signOut = (): void => gateway.signOut();

  /** The password is kept nowhere but in this page, so a page of ours is left without loading another. */
  readonly #follow = (event: MouseEvent): void => {
    const to = (event.target as HTMLElement).closest('a')?.getAttribute('href');
    if (!to || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    history.pushState(null, '', to);
    this.turn();
  };

  turn(): void {
    look();
    gateway.lookElsewhere();
    this.requestUpdate();
  }

  readonly #otherLanguage = (): void => {
    choose(language.now === 'zh' ? 'en' : 'zh');
    window.dispatchEvent(new Event('language'));
  };
}

customElements.define('av-app', App);
choose(language.now);
look();
window.addEventListener('popstate', () => document.querySelector<App>('av-app')?.turn());
