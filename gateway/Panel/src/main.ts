import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import './court-panel';
import type { Hearing } from './contract';
import { gateway } from './gateway';
import { go, levels } from './route';
import { touch } from './styles';
import { choose, clock, language, named, say } from './texts';
import { forgetToken, takeToken } from './token';
import { Watching } from './watching';

let page = '';
let room = '';

/** The page of the address, and what it has to be told of. What is not needed at once comes when it is. */
function look(): void {
  [page = '', room = ''] = levels();
  gateway.filters = page === 'panel' && room ? [`${room}/#`] : page === 'wall' ? ['+/$hearing', '+/$readiness', '+/+/$state', '+/+/recorded', '$fault/+', '$probe/+'] : page === 'console' ? ['+/#'] : ['+/$hearing'];
  if (page === 'wall') void import('./duty-wall');
  if (page === 'console') void import('./console/engineer-console');
}

/** The whole app: who is signed in, whether the line stands, and the page of the address. */
class App extends Watching {
  static override styles = [touch, css`
    :host { min-height: 100vh; display: grid; grid-template-rows: auto 1fr; }
    .bar { display: flex; gap: 12px; align-items: center; padding: 8px 14px; background: var(--raised); }
    .bar strong { font-size: 20px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .bar button { white-space: nowrap; }
    @media (max-width: 560px) { .who { display: none; } }
    @media (max-height: 700px) { .bar { padding: 2px 14px; } }
    .banner { padding: 12px 18px; background: var(--bad); color: #2b0b09; font-size: 22px; font-weight: 700; }
    .banner p { font-size: 18px; font-weight: 400; }
    .page[data-old] { filter: grayscale(1); opacity: .9; }
    .door { display: grid; gap: 24px; align-content: start; max-width: 640px; margin: 12vh auto; padding: 0 18px; font-size: 24px; line-height: 1.5; }
    form { display: grid; gap: 16px; align-content: start; max-width: 420px; margin: 10vh auto; }
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
          <button data-language @click=${this.#otherLanguage}>${say('otherLanguage')}</button>
          ${link === 'idle' || link === 'refused' || gateway.isDevice ? '' : html`<button @click=${this.#signOut}>${say('signOut')}<span class="who"> · ${gateway.user}</span></button>`}
        </div>
        ${this.#banner()}
      </div>
      ${link === 'idle' || link === 'refused' || (link === 'opening' && gateway.topics.size === 0) ? this.#door() : html`<div class="page" role="main" ?data-old=${!gateway.isLive}>${this.#page()}</div>`}`;
  }

  #banner() {
    if (gateway.link === 'lost') {
      return html`<div class="banner" role="alert">⚠ ${say('lost')}<p>${say('lostSince')} ${clock(gateway.seenAt)}${language.now === 'zh' ? '。' : '. '}${say('manual')}</p></div>`;
    }

    if (gateway.link === 'live' && !gateway.isGatewayThere) return html`<div class="banner" role="alert">⚠ ${say('gatewayGone')}<p>${say('manual')}</p></div>`;
    return gateway.link === 'catching-up' ? html`<div class="banner" role="status">${say('catchingUp')}</div>` : '';
  }

  #door() {
    const isAway = gateway.link === 'opening' && gateway.misses > 0;
    const words = gateway.link === 'refused' ? say('refused') : isAway ? say('unreachable') : gateway.link === 'opening' ? say('signingIn') : '';
    if (gateway.isDevice) return this.#deviceDoor(isAway);
    return html`
      <form role="main" @submit=${this.#signIn}>
        <h1>${say('signIn')}</h1>
        <label>${say('user')}<input name="user" autocomplete="username" autocapitalize="none" required></label>
        <label>${say('password')}<input name="password" type="password" autocomplete="current-password" required></label>
        <button>${say('signIn')}</button>
        <p role="status" class="warn">${words}</p>
        ${isAway ? html`<p data-manual>${say('manual')}</p>` : ''}
      </form>`;
  }

  /** A panel on the wall: it comes in by itself, or says what somebody has to do. */
  #deviceDoor(isAway: boolean) {
    return html`
      <div class="door" role="main">
        <p role="status" class=${gateway.link === 'refused' ? 'warn' : ''}>${gateway.link === 'refused' ? say('deviceRefused') : isAway ? say('unreachable') : say('signingIn')}</p>
        ${isAway ? html`<p data-manual>${say('manual')}</p>` : ''}
        ${gateway.link === 'refused' ? html`<button @click=${this.#byName}>${say('deviceForget')}</button>` : ''}
      </div>`;
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
    go(to);
  };

  readonly #byName = (): void => {
    forgetToken();
    gateway.signOut();
    gateway.isDevice = false;
    this.requestUpdate();
  };

  /** A page that shows other things needs another snapshot; one of the same page does not. */
  turn(): void {
    const before = gateway.filters.join();
    look();
    if (gateway.filters.join() !== before) gateway.lookElsewhere();
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
const turn = (): void => document.querySelector<App>('av-app')?.turn();
window.addEventListener('popstate', turn);
window.addEventListener('moved', turn);
const token = takeToken();
if (token && page === 'panel') void gateway.signIn(token.name, token.secret, true);

// Only the shell, so that a panel which starts before its gateway can say so: see sw.js.
if ('serviceWorker' in navigator && window.isSecureContext) void navigator.serviceWorker.register('/sw.js').catch(() => {});
