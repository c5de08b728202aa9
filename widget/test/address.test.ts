import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeUrl } from '../src/address';

test('http and https addresses become links', () => {
  for (const url of ['https://a.example/x?y=1#:~:text=Words%20here', 'http://a.example:8080/', 'HTTPS://a.example/é']) assert.equal(safeUrl(url), new URL(url).href);
});

test('everything else does not', () => {
  const refused = [
    null, undefined, '', ' ', 'javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', '\u0001javascript:alert(1)', 'data:text/html,x',
    'vbscript:x', 'file:///etc/passwd', 'blob:https://a.example/x', '//a.example', '/path', 'https:a.example', 'https://', 'https://user@a.example', 'https://a.example@b.example/',
    'https://a.example\\@b.example', 'https://a example/', 'https://a.example/\u0000', 'https://a.example/\nx', 'ftp://a.example', 'https://[::', 'https://%00.example',
  ];
  for (const url of refused) assert.equal(safeUrl(url), null, String(url));
});
