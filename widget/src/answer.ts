/** A whole answer as nodes: what the articles say, what stands beside it, and what is not answered. */

import { h, type Child } from './node';
import type { Quotes } from './quotes';
import { layOut } from './text';
import type { Done, Quote, Sentence } from './wire';
import { dateIn, fill } from './words';

type Written = Pick<Partial<Done>, 'answer' | 'citations' | 'sentences'>;

export function answerNodes(quotes: Quotes): Child[] {
  const { done, host: { words } } = quotes;
  const { answered, warning, fallback, premise, newer } = done;
  const notes: Child[] = [warning && h('p.note amber', warning), fallback && h('p.note amber', fallback)];
  if (premise) {
    const place = h('div.note amber', h('strong', words.otherwise));
    const said = fill(words.premise, { asked: premise.asserted, said: premise.said });
    place.append(h('p', said, ...quotes.chips([premise.quote], place)));
    notes.push(place);
  }
  if (!answered) return [...notes, unanswered(quotes)];
  const body = h('div.answer', ...(done.model && done.answer ? written(done, quotes.chips.bind(quotes)) : verbatim(quotes)));
  const later = newer?.length ? h('div.note', h('strong', words.newer), quotes.list(newer)) : null;
  const sources = h('div.sources', h('h4', words.sources), quotes.list(done.sources.filter(({ n }) => n)));
  return [...notes, body, ...differing(quotes), later, sources];
}

/** The articles' own sentences; a paragraph never mixes articles, and ends in its byline. */
function verbatim(quotes: Quotes): HTMLElement[] {
  const places: HTMLElement[] = [];
  let paragraph: HTMLElement | null = null;
  let last: Sentence | null = null;
  for (const sentence of quotes.done.sentences) {
    const source = quotes.of(sentence.quotes[0]);
    if (!sentence.supported || !sentence.text || !source) continue;
    if (!paragraph || quotes.of(last?.quotes[0]) !== source || last?.correction || sentence.correction) {
      paragraph = h('p');
      places.push(h('div.said', paragraph, quotes.credit(source)));
    }
    const place = places[places.length - 1]!;
    paragraph.append(...said(sentence, quotes, place));
    if (sentence.correction) place.append(corrected(sentence.correction, quotes));
    last = sentence;
  }
  return places;
}

function said({ leads, speaker, text, quotes: own }: Sentence, quotes: Quotes, place: HTMLElement): (Node | string)[] {
  const before = (leads ?? []).map((lead) => h('span.lead', `${lead.text} `));
  const named = speaker && !text.includes(speaker) ? ` — ${speaker}` : '';
  return [...before, text, ...quotes.chips(own, place), h('span.lead', `${named} `)];
}

/** A model's words: each checked span is followed by its chips, a struck one is left out. While they come (`pending`)
 * those that are not checked yet are marked so. */
export function written({ answer, citations, sentences }: Written, chips: Quotes['chips'], pending = false): HTMLElement[] {
  return layOut(answer ?? '', citations ?? []).map(({ tag, lines }) => {
    const place = h('div.said');
    const shown = lines.map((line) => line.flatMap(({ text, tag: mark, span }, i) => {
      const citation = citations?.[span];
      if (citation?.supported === false) return [];
      const sentence = line[i + 1]?.span !== span && citation && sentences?.[citation.sentence];
      const words = mark ? h(mark, text) : text;
      return [pending && !citation ? h('span.pending', words) : words, ...(sentence ? chips(sentence.quotes, place) : [])];
    }));
    place.append(h(tag, ...(tag === 'p' ? shown.flatMap((line) => [...line, ' ']) : shown.map((line) => h('li', ...line)))));
    return place;
  });
}

function corrected(quote: Quote, quotes: Quotes): HTMLElement {
  const { words, language } = quotes.host;
  const date = dateIn(language, quotes.of(quote)?.published);
  const place = h('div.note', h('strong', fill(words.corrected, { date })));
  quotes.quoted(quote, place);
  return place;
}

/** Side by side, each with its byline and the chip that opens its words. */
function differing(quotes: Quotes): HTMLElement[] {
  return (quotes.done.disagreements ?? []).map(({ values, quotes: found }) => {
    const place = h('div.note', h('strong', quotes.host.words.differ));
    const sides = values.map((value, i) => {
      const source = quotes.of(found[i]);
      return h('li', h('b', value), ...quotes.chips([found[i]], place), source && quotes.credit(source));
    });
    place.append(h('ul.sides', ...sides));
    return place;
  });
}

const REASONS = ['related_only', 'not_at_that_time', 'no_articles'] as const;

/** Why not, the nearest sentences, and the closest articles that none of these is from. */
function unanswered(quotes: Quotes): HTMLElement {
  const { done: { reason, nearest, sources }, host: { words } } = quotes;
  const why = REASONS.find((one) => one === reason) ?? 'not_in_articles';
  const place = h('div.none', h('p', h('strong.why', words[why])), h('p.small', words.only), nearest?.[0] && h('h4', words.nearest));
  for (const quote of nearest ?? []) {
    const words = h('div.said');
    quotes.quoted(quote, words);
    place.append(words);
  }
  const closest = sources.filter((source) => !nearest?.some((quote) => quotes.of(quote) === source));
  if (closest.length) place.append(h('h4', words.closest), quotes.list(closest));
  return place;
}
