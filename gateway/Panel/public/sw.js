// Keeps the shell and nothing else, so that a panel which starts before its gateway can say so and name the steps by hand.
// What the gateway shows or answers never passes here: a dead gateway must look dead.
const shell = 'shell-1';
const isPage = path => path === '/' || path === '/wall' || /^\/(panel|console)(\/|$)/.test(path);
const isShell = path => path.startsWith('/assets/') || path === '/icon.svg';

self.addEventListener('install', event => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener('activate', event => {
  event.waitUntil(caches.keys().then(names => Promise.all(names.filter(name => name !== shell).map(name => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener('fetch', event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate' && isPage(url.pathname)) event.respondWith(page(request));
  else if (isShell(url.pathname)) event.respondWith(asset(request));
});

// The page with what it names: a page without its script says nothing.
async function keep() {
  const cache = await caches.open(shell);
  const answer = await fetch('/');
  if (!answer.ok) throw new Error(String(answer.status));
  const named = (await answer.clone().text()).matchAll(/(?:src|href)="(\/assets\/[^"]+|\/icon\.svg)"/g);
  await cache.addAll(Array.from(named, found => found[1]));
  await cache.put('/', answer);
}

// The gateway's own page always goes first; the kept one speaks only where nobody answers.
async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      const cache = await caches.open(shell);
      await cache.put('/', answer.clone());
      await prune(cache, await answer.clone().text());
    }

    return answer;
  } catch (gone) {
    return await caches.match('/') ?? Promise.reject(gone);
  }
}

// Names of assets hold a hash of what is in them, so a kept one is never an old one.
async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(shell)).put(request, answer.clone());
  return answer;
}

// What an older version needed and this one does not name is let go; what it loads later comes again.
async function prune(cache, html) {
  const isOther = !(await cache.keys()).some(kept => html.includes(new URL(kept.url).pathname) && kept.url.includes('/assets/'));
  if (!isOther) return;
  for (const kept of await cache.keys()) if (new URL(kept.url).pathname.startsWith('/assets/')) await cache.delete(kept);
}
