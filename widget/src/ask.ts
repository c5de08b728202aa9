/** Registers the element, and makes one from the script tag when the page has none. Included twice is the same as once. */

import { AskArticles } from './element';

const NAME = 'ask-articles';

if (!customElements.get(NAME)) {
  const data = (document.currentScript as HTMLScriptElement | null)?.dataset ?? {};
  customElements.define(NAME, AskArticles);
  const begin = (): void => {
    if (data.auto === 'off' || document.querySelector(NAME)) return;
    const element = document.createElement(NAME);
    for (const [name, value] of Object.entries(data)) element.setAttribute(name, value ?? '');
    // beside the body, which single-page applications replace
    document.documentElement.append(element);
  };
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', begin);
  else begin();
}
