/** The words of a written answer: a small part of Markdown, and spans counted in code points. Pure.
 *
 * There are no links, images or HTML on purpose: what looks like one is text. A `[1]` is a model's own marker and is
 * dropped; what an answer cites comes from the server.
 */

/** Code points of the text, [start, end). */
export interface Span {
  answer_start: number;
  answer_end: number;
}

/** `span` is the index of the one that covers these words, −1 for none. */
export interface Piece {
  text: string;
  tag: string;
  span: number;
}

export interface Block {
  tag: 'p' | 'ul' | 'ol';
  lines: Piece[][];
}

const ITEM = /^ {0,3}(?:[-*•]|(\d{1,3})[.)]) +/;
const INLINE = /(\*\*[^*\n]+\*\*|\*[^*\s][^*\n]*\*|`[^`\n]+`|\s?\[\d{1,3}\])/;
const TAGS: Record<string, string> = { '**': 'b', '*': 'i', '`': 'code' };

export function layOut(text: string, spans: Span[]): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  let at = 0;
  for (const line of text.split('\n')) {
    const [skip = '', number] = ITEM.exec(line) ?? [];
    const tag = number ? 'ol' : skip ? 'ul' : 'p';
    at += [...skip].length;
    const pieces: Piece[] = [];
    for (const [i, token] of line.slice(skip.length).split(INLINE).entries()) {
      const [mark = ''] = (i % 2 && /^(\*\*|\*|`)/.exec(token)) || [];
      at += mark.length;
      for (const point of token.slice(mark.length, token.length - mark.length)) {
        const span = spans.findIndex((one) => one.answer_start <= at && at < one.answer_end);
        const last = pieces[pieces.length - 1];
        at++;
        if (i % 2 && !mark) continue;
        if (last?.span === span && last.tag === (TAGS[mark] ?? '')) last.text += point;
        else pieces.push({ text: point, tag: TAGS[mark] ?? '', span });
      }
      at += mark.length;
    }
    at++;
    if (!line.trim()) open = undefined;
    else {
      if (open?.tag !== tag) blocks.push((open = { tag, lines: [] }));
      open!.lines.push(pieces);
    }
  }
  return blocks;
}
