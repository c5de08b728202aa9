/** `<ask-articles>`: opens and closes, asks, remembers the visit, tells the page what happens. */

import { recall, remember, type Exchange } from './memory';
import { button } from './node';
import { ask, Refusal, send } from './stream';
import css from './style.css';
import { Turn, type Host } from './turn';
import { build, type View } from './view';
import type { Citation, Done, Problem } from './wire';
import { fill, languageOf, wordsBefore, type Words } from './words';

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
const phone = matchMedia('(max-width:640px),(max-height:480px)');
const dark = matchMedia('(prefers-color-scheme:dark)');
const TURNS = 6; // of history, that a follow-up may lean on

/** Where the script came from; where that is not known an element has to say `api`. */
const home = (document.currentScript as HTMLScriptElement | null)?.src.split('/widget/')[0] ?? '';

export class AskArticles extends HTMLElement implements Host {
  static readonly observedAttributes = ['open', 'theme', 'heading', 'lang', 'dir', 'suggestions', 'intro'];
  language = 'en';
  words: Words = wordsBefore('en');
  private _view!: View;
  private _said: Exchange[] = [];
  private _running: AbortController | null = null;
  private _back: HTMLElement | null = null;

  connectedCallback(): void {
    if (!this.shadowRoot) this._build();
    this._dress();
    dark.addEventListener('change', this);
    addEventListener('pagehide', this);
    if (this.hasAttribute('open')) {
      this._dialog?.close();
      this._show();
    }
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return; // moved, not removed
      this.stop();
      dark.removeEventListener('change', this);
      removeEventListener('pagehide', this);
    });
  }

  /** A page in the back/forward cache must hold no connection; what ran is shown as stopped when it comes back. */
  handleEvent({ type }: Event): void {
    if (type === 'pagehide') this.stop();
    else this._dress();
  }

  attributeChangedCallback(name: string, _: string | null, value: string | null): void {
    if (!this.shadowRoot) return;
    if (name !== 'open') this._dress();
    else if (value === null) this.close();
    else this.open();
  }

  open(): void {
    if (!this._dialog || this._dialog.open) return;
    this._back = document.activeElement as HTMLElement | null;
    this._show();
    this.toggleAttribute('open', true);
    this.tell('open');
  }

  close(): void {
    if (!this._dialog || !this._view._launcher.hidden) return;
    this._dialog.close();
    this._view._launcher.hidden = false;
    this.removeAttribute('open');
    this._view._launcher.focus();
    if (this._back !== document.body && this._back !== this) this._back?.focus();
    this.tell('close');
  }

  toggle(): void {
    this.toggleAttribute('open');
  }

  stop(): void {
    this._running?.abort();
  }

  reset(): void {
    this.stop();
    this._said = [];
    this._remember();
    for (const turn of this._view._log.querySelectorAll('.turn')) turn.remove();
    this._settle();
    this._view._box.focus();
  }

  submit(): void {
    if (this._running) return;
    void this.ask(this._view._box.value);
    this._view._box.value = '';
  }

  /** Resolves with the answer, or with null when there is none: refused by the page, stopped, failed. */
  async ask(question: string): Promise<Done | null> {
    question = question.trim();
    if (!question || !this.tell('question', { question }, true)) return null;
    this.open();
    this.stop();
    const running = (this._running = new AbortController());
    const turn = new Turn(question, this);
    this._view._log.append(turn.element);
    this._settle();
    turn.element.scrollIntoView({ block: this._dialog ? 'start' : 'nearest' });
    const learning = this._learn();
    const slow = setTimeout(() => this._say(this.words.searching), 2000);
    try {
      const done = await this._follow(question, turn, running.signal);
      await learning;
      turn.done(done);
      const n = done.sources.filter((source) => source.n).length;
      this._say(done.answered ? fill(this.words.ready, { n }) : turn.element.querySelector('.why')!.textContent);
      this._said.push({ question, done });
      this._remember();
      this.tell('answer', { question, answer: done });
      return done;
    } catch (error) {
      await learning;
      if (running.signal.aborted) turn.stopped();
      else {
        const refusal = error instanceof Refusal ? error : new Refusal(500);
        this._say(turn.failed(refusal));
        this.tell('error', { question, ...refusal });
      }
      return null;
    } finally {
      clearTimeout(slow);
      if (this._running === running) this._running = null;
      this._settle();
    }
  }

  rate(id: string, rating: number): Promise<boolean> {
    this.tell('feedback', { id, rating });
    return send(`${this._api}/v1/feedback`, { id, rating }).then(() => true, () => false);
  }

  tell(name: string, detail: object = {}, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(`ask-${name}`, { detail, cancelable, bubbles: true, composed: true }));
  }

  private async _follow(question: string, turn: Turn, signal: AbortSignal): Promise<Done> {
    const history = this._said.slice(-TURNS).flatMap((one) => [
      { role: 'user', content: one.question },
      { role: 'assistant', content: one.done.sentences.map(({ text }) => text).join(' ') || '–' },
    ]);
    let id;
    for await (const { name, data } of ask(`${this._api}/v1/ask`, { question, history, stream: true }, signal)) {
      const told = data as Done & Citation & Problem & { text: string };
      if (name === 'meta') ({ id } = told);
      if (name === 'delta') turn.delta(told.text);
      if (name === 'citation') turn.citation(told);
      if (name === 'error') throw new Refusal(told.status ?? 500, told.detail, told.retry_after);
      if (name === 'done') return { id, ...told };
    }
    throw new Refusal(0);
  }

  private _build(): void {
    const mode = this._option('mode');
    const view = (this._view = build(mode !== 'inline', this));
    view._root.classList.toggle('side', mode === 'panel');
    view._box.maxLength = +(this._option('maxlength') ?? 500);
    const shadow = this.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(view._root);
    // it comes late: the panel may be open again
    view._panel.addEventListener('close', () => this._dialog?.open || this.close());
    view._panel.addEventListener('keydown', (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !this._dialog) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    });
    this._dress();
    this._settle();
    if (!this._dialog) void this._recall();
  }

  /** What was said on the pages before this one; only once it can be seen, because its words may have to be fetched. */
  private async _recall(): Promise<void> {
    if (this._said[0] || this._option('memory') === 'none') return;
    this._said = recall(this._api);
    if (!this._said[0]) return;
    await this._learn();
    for (const { question, done } of this._said) {
      const turn = new Turn(question, this);
      turn.done(done);
      this._view._log.append(turn.element);
    }
    this._settle();
  }

  /** Words, direction and colours, from the attributes and the page. */
  private _dress(): void {
    const { _root, _heading, _launcher, _close, _intro, _box, _send, _stop, _anew } = this._view;
    const language = languageOf(this._option('lang') ?? this.closest<HTMLElement>('[lang]')?.lang ?? '');
    if (language !== this.language) this.words = wordsBefore(language);
    this.language = language;
    const { words } = this;
    const theme = this._option('theme');
    const name = this._option('heading') ?? words.name;
    _root.lang = language;
    _root.dir = this._option('dir') ?? (language === 'ar' ? 'rtl' : getComputedStyle(this).direction);
    _root.classList.toggle('dark', theme === 'dark' || (theme !== 'light' && dark.matches));
    _root.ariaLabel = _heading.textContent = _launcher.textContent = name;
    _close.ariaLabel = words.close;
    _intro.textContent = this._option('intro');
    _box.ariaLabel = _box.placeholder = words.box;
    _send.textContent = words.send;
    _stop.textContent = words.stop;
    _anew.textContent = words.anew;
    const questions = this._option('suggestions')?.split('|') ?? [];
    const buttons = questions.map((one) => button('ask', one.trim(), () => void this.ask(one)));
    _intro.append(...buttons);
    for (const working of _root.querySelectorAll('.working')) working.textContent = words.searching;
  }

  private _show(): void {
    void this._recall();
    this._view._launcher.hidden = true;
    if (phone.matches) this._dialog?.showModal();
    else this._dialog?.show();
  }

  /** What may be pressed now. */
  private _settle(): void {
    const { _root, _log, _box, _send, _stop, _anew } = this._view;
    const asked = !!_log.querySelector('.turn');
    const held = this.shadowRoot!.activeElement === _stop;
    _send.hidden = !!this._running;
    _stop.hidden = !this._running;
    _anew.hidden = !asked;
    _root.classList.toggle('asked', asked);
    if (held) _box.focus();
  }

  /** The other words of a language we know only the beginning of. */
  private async _learn(): Promise<void> {
    const { language, words } = this;
    if (words.searching) return;
    try {
      const response = await fetch(`${this._api}/widget/v1/words/${language}.json`, { credentials: 'omit' });
      Object.assign(words, await response.json());
      this._dress();
    } catch {
      // English words are better than no answer
    }
  }

  private _remember(): void {
    if (this._option('memory') !== 'none') remember(this._api, this._said);
  }

  private _say(text: string | null): void {
    this._view._status.textContent = text;
  }

  private _option(name: string): string | null {
    return this.getAttribute(name) ?? this.getAttribute(`data-${name}`);
  }

  private get _api(): string {
    return (this._option('api') ?? home).replace(/\/+$/, '');
  }

  /** The panel where it floats; inline it is always there. */
  private get _dialog(): HTMLDialogElement | null {
    return this._view._panel instanceof HTMLDialogElement ? this._view._panel : null;
  }
}
