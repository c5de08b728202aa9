/** The conversation of this visit, so that the next page of the site still has it: sessionStorage, gone with the tab. */

import type { Done } from './wire';

export interface Exchange {
  question: string;
  done: Done;
}

const KEY = 'ask-articles';
const KEPT = 6;

/** Storage may be refused by the browser or hold anything at all: then there is nothing to remember. */
export function recall(api: string): Exchange[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as { api?: string; said?: Exchange[] };
    return (kept.api === api && kept.said) || [];
  } catch {
    return [];
  }
}

export function remember(api: string, said: Exchange[]): void {
  try {
    if (said.length) sessionStorage.setItem(KEY, JSON.stringify({ api, said: said.slice(-KEPT) }));
    else sessionStorage.removeItem(KEY);
  } catch {
    // full or refused: the conversation lasts as long as the page
  }
}
