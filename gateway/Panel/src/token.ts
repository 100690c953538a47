/**
 * The token of this panel: an account of one room, held by the thing that hangs on the wall. It comes in the fragment of an address, which no
 * browser sends to a server, and is taken out of the address at once; then it stays on this device until it is revoked or forgotten.
 */
export interface Token { name: string; secret: string }

const kept = 'av-token';
const form = /^#token=([a-z0-9-]{1,40})\.([A-Za-z0-9_-]{16,128})$/;

export function takeToken(): Token | undefined {
  const found = form.exec(location.hash);
  if (found) localStorage.setItem(kept, JSON.stringify({ name: found[1], secret: found[2] }));
  if (location.hash) history.replaceState(null, '', location.pathname);
  try {
    const token = JSON.parse(localStorage.getItem(kept) ?? 'null') as Token | null;
    return token && typeof token.name === 'string' && typeof token.secret === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}

export const forgetToken = (): void => localStorage.removeItem(kept);

export const addressOf = (gateway: string, room: string, name: string, secret: string): string =>
  `${gateway.replace(/\/+$/, '')}/panel/${room}#token=${name}.${secret}`;
