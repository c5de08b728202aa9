/** Asks, and reads the answer as it comes: server-sent events over a POST, which `EventSource` cannot do. */

import type { Problem } from './wire';

export interface StreamEvent {
  name: string;
  data: unknown;
}

/** Why nothing was answered: an HTTP status, 0 when the server could not be reached. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly detail?: string,
    readonly retryAfter = 0, // seconds
  ) {}
}

/** The text/event-stream format; give it pieces of a stream however they were cut. */
export class EventReader {
  private _rest = '';

  read(piece: string): StreamEvent[] {
    const text = this._rest + piece;
    // a lone CR at the end may be half of a CRLF
    const blocks = text.replace(/\r\n|\r(?!$)/g, '\n').split('\n\n');
    this._rest = blocks.pop() ?? '';
    return blocks.map(eventOf).filter((event): event is StreamEvent => !!event);
  }
}

function eventOf(block: string): StreamEvent | null {
  let name = 'message';
  const lines: string[] = [];
  for (const line of block.replace(/^\uFEFF/, '').split('\n')) {
    const [, field, value] = /^(event|data)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'event') name = value ?? '';
    if (field === 'data') lines.push(value ?? '');
  }
  try {
    return lines.length ? { name, data: JSON.parse(lines.join('\n')) } : null;
  } catch {
    return null;
  }
}

/** The events of one answer. Throws Refusal, or the AbortError of `signal`. */
export async function* ask(url: string, body: object, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  try {
    const response = await send(url, body, signal);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const events = new EventReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* events.read(value);
    }
  } catch (error) {
    throw signal.aborted || error instanceof Refusal ? error : new Refusal(0);
  }
}

export async function send(url: string, body: object, signal: AbortSignal | null = null): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream, */*' },
    body: JSON.stringify(body),
    credentials: 'omit',
    cache: 'no-store',
    signal,
  });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const wait = Number(response.headers.get('retry-after') ?? problem.retry_after) || 0;
  throw new Refusal(response.status, problem.detail, wait);
}
