import { gateway } from './gateway';

const within = 20_000;

/** What the gateway refused, with its words. */
export class Refused extends Error {
  constructor(readonly status: number, title: string) {
    super(title);
  }
}

/** Asks the gateway over HTTP, with the name and password of this page: what is no matter of the court's state (gateway/docs/panel.md). */
export async function api<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
  const answer = await fetch(path, {
    method,
    headers: { authorization: gateway.authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    cache: 'no-store',
    credentials: 'omit',
    signal: AbortSignal.timeout(within),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const told: unknown = text.length > 0 && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
  if (!answer.ok) throw new Refused(answer.status, (told as { title?: string; detail?: string } | undefined)?.title ?? `HTTP ${answer.status}`);
  return told as T;
}

/** Why it did not work, for people; empty when it did. For buttons. */
export const reasonOf = async (act: () => Promise<unknown>): Promise<string> => {
  try {
    await act();
    return '';
  } catch (failure) {
    return failure instanceof Error ? failure.message : String(failure);
  }
};
