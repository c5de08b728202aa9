/** What the widget says. The bundle has what is seen before the first question, because nothing is fetched until then;
 * the rest comes from our own server with the first question, in English too. `words/*.json` has both. */

import { BEFORE, early } from 'words';
import type words from '../words/en.json';

export type Words = typeof words;

/** `de-AT` is German; a language we do not have is English. */
export function languageOf(tag: string): string {
  const language = tag.slice(0, 2).toLowerCase();
  return early[language] ? language : 'en';
}

export function wordsBefore(language: string): Words {
  const seen = early[language]!.split('|');
  // `lost` and `again` are for a first question that reaches no server, and so no other words either
  return Object.fromEntries([['lost', 'Offline?'], ['again', seen[2]], ...BEFORE.map((name, i) => [name, seen[i]])]) as Words;
}

/** Words that are not there are empty. */
export function fill(text: string | undefined, values: Record<string, string | number>): string {
  return text?.replace(/\{(\w+)\}/g, (_, name: string) => `${values[name]}`) ?? '';
}

export function dateIn(language: string, iso: string | null | undefined): string {
  return iso ? new Date(iso).toLocaleDateString(language, { dateStyle: 'long', timeZone: 'UTC' }) : '';
}
