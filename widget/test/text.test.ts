import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOut, type Block } from '../src/text';

const span = (answer_start: number, answer_end: number) => ({ answer_start, answer_end });
const shown = (blocks: Block[]) =>
  blocks.map(({ tag, lines }) => [tag, ...lines.map((line) => line.map((piece) => `${piece.tag && `<${piece.tag}>`}${piece.text}`).join('|'))]);

test('paragraphs, lists, emphasis and code are laid out; markers are dropped', () => {
  assert.deepEqual(shown(layOut('One **two** *three* `four`.[1][22]\nsame\n\n- a\n- b\n1. c\n2) d\nend', [])), [
    ['p', 'One |<b>two| |<i>three| |<code>four|.', 'same'],
    ['ul', 'a', 'b'],
    ['ol', 'c', 'd'],
    ['p', 'end'],
  ]);
});

test('links, images, HTML and unfinished marks are text', () => {
  for (const text of ['[a](https://evil.example)', '![a](https://evil.example/i.png)', '<img src=x onerror=alert(1)>', '**half', '2 * 3 * 4', 'a_b_c', '`', '# not a heading']) {
    assert.deepEqual(shown(layOut(text, [])), [['p', text]]);
  }
});

test('spans are code points, also behind emoji, marks and list signs', () => {
  const text = '🗞️ 𝒜 told.\n- **B 🏛 told.**[2] C';
  const points = [...text];
  const at = (words: string) => [...text.slice(0, text.indexOf(words))].length;
  const spans = ['𝒜 told.', 'B 🏛 told.'].map((words) => span(at(words), at(words) + [...words].length));
  const pieces = layOut(text, spans).flatMap(({ lines }) => lines.flat());
  for (const [i, { answer_start, answer_end }] of spans.entries()) {
    const words = pieces.filter((piece) => piece.span === i).map((piece) => piece.text).join('');
    assert.equal(words, points.slice(answer_start, answer_end).join(''));
  }
  assert.equal(pieces.filter((piece) => piece.span < 0).map((piece) => piece.text).join(''), '🗞️  C');
});

test('every character is shown once, in order, whatever the spans', () => {
  const signs = ['a', ' ', '*', '**', '`', '[1]', '\n', '- ', '1. ', '🗞️', 'é', '<b>'];
  let seed = 7;
  const random = (most: number) => (seed = (seed * 48271) % 2147483647) % most;
  for (let i = 0; i < 2000; i++) {
    const text = Array.from({ length: random(14) }, () => signs[random(signs.length)]).join('');
    const spans = Array.from({ length: random(4) }, () => span(random(20), random(20)));
    const words = (found: Block[]) => found.flatMap(({ lines }) => lines.flat().map((piece) => piece.text)).join('');
    const without = words(layOut(text, []));
    assert.equal(words(layOut(text, spans)), without, JSON.stringify(text));
    let at = 0;
    for (const point of without) assert.ok((at = text.indexOf(point, at) + point.length) > 0, JSON.stringify(text));
  }
});

test('long hostile text takes no time', () => {
  for (const text of ['*'.repeat(50_000), '`'.repeat(50_000), '[1'.repeat(25_000), '- '.repeat(25_000), ' '.repeat(50_000), '**a'.repeat(15_000)]) {
    const began = process.cpuUsage().user;
    layOut(text, [span(0, 10)]);
    assert.ok(process.cpuUsage().user - began < 1_000_000, text.slice(0, 6));
  }
});
