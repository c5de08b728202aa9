/** Chips and the quotes they open; the server numbers the articles in the order in which an answer first uses them. */

import { safeUrl } from './address';
import { button, h } from './node';
import type { Host } from './turn';
import type { Done, Quote, Source } from './wire';
import { dateIn, fill } from './words';

/** Somebody's view is shown with its kind. */
const VIEWS = ['opinion', 'analysis'] as const;

export class Quotes {
  constructor(
    readonly done: Done,
    readonly host: Host,
  ) {}

  of(quote: Quote | undefined): Source | undefined {
    return this.done.sources.find((source) => source.article_id === quote?.article_id);
  }

  /** A chip for each article; its quotes unfold at the end of `place`. */
  chips(quotes: (Quote | undefined)[], place: HTMLElement): Node[] {
    const shown = quotes.filter((quote): quote is Quote => !!quote?.text);
    return [...new Set(shown.map((quote) => this.of(quote)))].flatMap((source) =>
      source ? this._chip(source, shown.filter((quote) => this.of(quote) === source), place) : [],
    );
  }

  private _chip(source: Source, quotes: Quote[], place: HTMLElement): HTMLElement {
    const { host } = this;
    const n = source.n ?? 0;
    let card: HTMLElement | null = null;
    const open = (): void => {
      card?.remove();
      card = card ? null : this._card(source, quotes);
      chip.setAttribute('aria-expanded', `${!!card}`);
      if (!card) return;
      place.append(card);
      card.scrollIntoView({ block: 'nearest' });
      host.tell('cite', { number: n, source, quotes });
    };
    const label = fill(host.words.source, { n, title: source.title });
    const chip = button('chip', `${n}`, open, { 'aria-label': label, 'aria-expanded': 'false' });
    return chip;
  }

  private _card(source: Source, quotes: Quote[]): HTMLElement {
    const { words } = this.host;
    const placed = quotes.map((quote) => this.done.citations?.find((one) => one.article_id === quote.article_id && one.start === quote.start && one.end === quote.end));
    const said = quotes.map(({ text }, i) => h('blockquote', `${placed[i]?.before ?? ''} `, h('mark', text), ` ${placed[i]?.after ?? ''}`));
    const address = safeUrl(placed[0]?.link ?? source.url);
    return h('div.quote', ...said, h('b', source.title), this.credit(source, true), address && h('p.small', link(address, words.read)));
  }

  /** `Opinion · Ines Okafor · Saltmarsh Review · 14 January 2026`. */
  credit({ kind, authors, publisher, published }: Source, whole = false): HTMLElement {
    const { words, language } = this.host;
    const view = VIEWS.find((one) => one === kind);
    const parts = [(view ?? whole) && authors?.join(', '), publisher, dateIn(language, published)];
    return h('p.small', view && h('span.kind', words[view]), parts.filter(Boolean).join(' · '));
  }

  /** The words themselves with their chip and byline. */
  quoted(quote: Quote, place: HTMLElement): void {
    const source = this.of(quote);
    if (source) place.append(h('blockquote', quote.text, ...this.chips([quote], place)), this.credit(source));
  }

  list(sources: Source[]): HTMLElement {
    return h('ul.list', { role: 'list' }, ...sources.map((source) => {
      const address = safeUrl(source.url);
      const title = address ? link(address, source.title) : h('b', source.title);
      return h('li', !!source.n && h('span.number', { 'aria-hidden': true }, `${source.n}`), h('div', title, this.credit(source)));
    }));
  }
}

function link(address: string, label: string): HTMLElement {
  return h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, label);
}
