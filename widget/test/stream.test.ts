import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventReader } from '../src/stream';

const STREAM = ': ping\n\nevent: meta\nid: 0\ndata: {"id":"a"}\n\nevent: delta\ndata: {"text":"München €\\n"}\n\ndata: 1\ndata: \n\nevent: done\ndata:{"answered":true}\n\n';
const TOLD = [
  { name: 'meta', data: { id: 'a' } },
  { name: 'delta', data: { text: 'München €\n' } },
  { name: 'message', data: 1 },
  { name: 'done', data: { answered: true } },
];

test('events are the same however the stream is cut and whatever ends its lines', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const stream = STREAM.replaceAll('\n', end) + (end === '\r' ? ':\n' : '');
    for (let size = 1; size <= stream.length; size++) {
      const reader = new EventReader();
      const told = [];
      for (let at = 0; at < stream.length; at += size) told.push(...reader.read(stream.slice(at, at + size)));
      assert.deepEqual(told, TOLD, `${JSON.stringify(end)} in pieces of ${size}`);
    }
  }
});

test('an event that is not finished, not JSON or without data is none', () => {
  assert.deepEqual(new EventReader().read('data: {"text":"half'), []);
  assert.deepEqual(new EventReader().read('data: {oops\n\nevent: done\n\nretry: 5\n\n'), []);
});
