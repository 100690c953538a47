/** Where this page is: the address without its leading slash, level by level. */
export const levels = (): string[] => location.pathname.split('/').slice(1).map(decodeURIComponent);

/** Another address of ours, without loading a page: the password is kept nowhere but in this one. */
export function go(to: string): void {
  if (to === location.pathname) return;
  history.pushState(null, '', to);
  window.dispatchEvent(new Event('moved'));
}
