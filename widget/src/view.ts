/** The parts that are always there: launcher, panel, conversation, the box to ask in. */

import { button, h } from './node';

export type View = ReturnType<typeof build>;

export interface Actions {
  open(): void;
  close(): void;
  submit(): void;
  stop(): void;
  reset(): void;
}

export function build(floats: boolean, actions: Actions) {
  const _launcher = button('launcher', '', () => actions.open(), { 'aria-haspopup': 'dialog' });
  const _heading = h('h2.heading', { id: 'name' });
  const _anew = button('plain', '', () => actions.reset());
  const _close = button('close', '×', () => actions.close());
  const _intro = h('div.intro');
  const _log = h('div.log', { role: 'group', 'aria-labelledby': 'name', tabindex: floats && 0 }, _intro);
  const _status = h('p.unseen', { role: 'status' });
  const _box = h('textarea.input', { rows: 1, dir: 'auto', autofocus: floats, enterkeyhint: 'send' });
  const _count = h('span.count small', { 'aria-hidden': true });
  const _send = button('send', '', () => actions.submit());
  const _stop = button('send stop', '', () => actions.stop());
  const header = h('header.header', _heading, _anew, floats && _close);
  const form = h('div.form', _box, _count, _send, _stop);
  const _panel: HTMLElement = h(floats ? 'dialog.panel' : 'div.panel', { 'aria-labelledby': floats && 'name' }, header, _log, form, _status);
  const _root = h('section.root', floats && _launcher, _panel);
  _box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    actions.submit();
  });
  _box.addEventListener('input', () => {
    const { value, maxLength } = _box;
    _count.textContent = value.length > maxLength * 0.8 ? `${value.length}/${maxLength}` : '';
  });
  return { _root, _launcher, _heading, _anew, _close, _intro, _log, _status, _box, _send, _stop, _panel };
}
