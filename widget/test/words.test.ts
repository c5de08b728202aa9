import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { dateIn, fill, languageOf, wordsBefore } from '../src/words';

const WORDS = Object.fromEntries(readdirSync('words').map((file) => [file.slice(0, 2), JSON.parse(readFileSync(`words/${file}`, 'utf8'))]));
const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'hi', 'it', 'pt'];
const gaps = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test('eight languages have the same words, with the same gaps', () => {
  assert.deepEqual(Object.keys(WORDS).sort(), LANGUAGES);
  for (const language of LANGUAGES) {
    assert.deepEqual(Object.keys(WORDS[language]), Object.keys(WORDS.en));
    for (const [name, text] of Object.entries<string>(WORDS[language])) {
      assert.ok(text.trim(), `${language} ${name}`);
      assert.deepEqual(gaps(text), gaps(WORDS.en[name]), `${language} ${name}`);
    }
  }
});

test('what is seen before a question is in the bundle', () => {
  for (const language of LANGUAGES) {
    const before = wordsBefore(language);
    for (const name of ['name', 'box', 'send', 'close'] as const) assert.equal(before[name], WORDS[language][name]);
    assert.equal(before.again, before.send);
    assert.ok(before.lost);
  }
});

test('a language is found by its tag, and English where we have none', () => {
  for (const [tag, language] of [['de-AT', 'de'], ['PT-br', 'pt'], ['ar', 'ar'], ['', 'en'], ['xx', 'en'], ['__proto__', 'en']]) assert.equal(languageOf(tag!), language);
});

test('gaps are filled, dates are of the day in UTC', () => {
  assert.equal(fill('{n}: {title}', { n: 1, title: '{n} $& ' }), '1: {n} $& ');
  assert.equal(fill(undefined, {}), '');
  assert.equal(dateIn('de', '2026-01-12T23:30:00+00:00'), '12. Januar 2026');
  assert.equal(dateIn('en', null), '');
});
