/** One question and what became of it: words as they come, the answer, a refusal, a stop. */

import { answerNodes, written } from './answer';
import { button, h, type Child } from './node';
import { Quotes } from './quotes';
import type { Refusal } from './stream';
import type { Citation, Done } from './wire';
import { dateIn, fill, type Words } from './words';

/** What a turn asks of the element it is in. */
export interface Host {
  words: Words;
  language: string;
  ask(question: string): void;
  tell(event: string, detail: object): void;
  rate(id: string, rating: number): Promise<boolean>;
}

export class Turn {
  readonly element: HTMLElement;
  private readonly _body = h('div');
  private _text = '';
  private _citations: Citation[] = [];
  private _drawing = 0;

  constructor(
    private readonly _question: string,
    private readonly _host: Host,
  ) {
    this.element = h('article.turn', h('h3.question', _question), this._body);
    this._put(this._working());
  }

  delta(text: string): void {
    this._text += text;
    this._draw();
  }

  citation(citation: Citation): void {
    this._citations.push(citation);
    this._draw();
  }

  done(done: Done): void {
    this._end(...answerNodes(new Quotes(done, this._host)), this._foot(done));
  }

  stopped(): void {
    this._end(h('p.note', this._host.words.stopped), this._again(0));
  }

  /** What is to be said of it. */
  failed({ status, detail, retryAfter }: Refusal): string {
    const { words } = this._host;
    const why = `${reason(status, detail, words)} ${retryAfter ? fill(words.wait, { n: retryAfter }) : ''}`;
    const again = status === 422 ? null : this._again(retryAfter);
    this._end(h('div.none red', h('p', h('strong', words.unanswered)), h('p', why), again));
    return why;
  }

  private _put(...children: Child[]): void {
    this._body.replaceChildren(h('div', ...children));
  }

  private _end(...children: Child[]): void {
    cancelAnimationFrame(this._drawing);
    this._drawing = -1;
    this._put(...children);
  }

  private _draw(): void {
    this._drawing ||= requestAnimationFrame(() => {
      this._drawing = 0;
      const words = written({ answer: this._text, citations: this._citations }, () => [], true);
      this._put(h('div.answer', ...words), this._working());
    });
  }

  private _working(): HTMLElement {
    return h('p.working', this._host.words.searching);
  }

  private _again(seconds: number): HTMLElement {
    const again = button('plain', this._host.words.again, () => {
      this.element.remove();
      this._host.ask(this._question);
    });
    again.disabled = !!seconds;
    setTimeout(() => (again.disabled = false), seconds * 1000);
    return again;
  }

  private _foot({ id, answered, as_of }: Done): HTMLElement {
    const { words, language } = this._host;
    const date = answered && dateIn(language, as_of);
    return h('div.foot small', date && h('span', fill(words.asOf, { date })), id && this._feedback(id));
  }

  private _feedback(id: string): HTMLElement {
    const { words } = this._host;
    const thanks = h('span', { role: 'status' });
    const buttons = [words.yes, words.no].map((label, i) =>
      button('plain', label, async () => {
        if (!(await this._host.rate(id, i ? -1 : 1))) return;
        buttons.forEach((one, j) => one.setAttribute('aria-pressed', `${i === j}`));
        thanks.textContent = words.thanks;
      }, { 'aria-pressed': 'false' }));
    return h('span.feedback', { role: 'group', 'aria-label': words.helpful }, words.helpful, ...buttons, thanks);
  }
}

function reason(status: number, detail: string | undefined, words: Words): string {
  if (!status) return words.lost;
  if (status === 429) return words.many;
  if (status === 503) return words.busy;
  return status < 500 ? detail ?? words.unfit : words.broken;
}
