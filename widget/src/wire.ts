/** What the server sends: `POST /v1/ask`, schema 1. Keys may be added; what is missing is not shown. */

export interface Quote {
  article_id: string;
  start: number;
  end: number;
  text: string | null;
}

export interface Source {
  /** Of the sources that are quoted. */
  n?: number | null;
  article_id: string;
  title: string;
  url?: string | null;
  publisher?: string | null;
  published?: string | null;
  kind?: string | null;
  authors?: string[] | null;
}

export interface Sentence {
  text: string;
  supported: boolean;
  speaker?: string | null;
  quotes: Quote[];
  leads?: Quote[] | null;
  correction?: Quote | null;
}

/** `answer_start` and `answer_end` are code points of the text that is streamed or of `Done.answer`; `before` and `after`
 * stand around the quote, `link` opens the article at it. One that is not `supported` strikes its words. */
export interface Citation extends Partial<Quote> {
  sentence: number;
  answer_start: number;
  answer_end: number;
  supported: boolean;
  before?: string | null;
  after?: string | null;
  link?: string | null;
}

export interface Done {
  id?: string | null;
  answered: boolean;
  reason?: string | null;
  model?: string | null;
  answer?: string | null;
  as_of?: string | null;
  warning?: string | null;
  fallback?: string | null;
  premise?: { asserted: string; said: string; quote: Quote } | null;
  sentences: Sentence[];
  citations?: Citation[] | null;
  disagreements?: { values: string[]; quotes: Quote[] }[] | null;
  nearest?: Quote[] | null;
  newer?: Source[] | null;
  sources: Source[];
}

/** RFC 9457, in an `error` event or as the body of a refusal. */
export interface Problem {
  status?: number;
  title?: string;
  detail?: string;
  retry_after?: number;
}
