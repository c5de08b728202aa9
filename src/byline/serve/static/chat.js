(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  let lastChip = null, asked = 0, follow = false;

  // A citation shows its turn's sources, and its own words in them. Without this script it is a plain anchor.
  const show = (section, scrollTo, focusOn) => {
    all("#sources .turn").forEach(turn => turn.classList.toggle("shown", turn === section));
    all(".picked").forEach(element => element.classList.remove("picked"));
    focusOn.focus({ preventScroll: true });
    scrollTo.scrollIntoView({ block: "nearest" });
  };
  const open = chip => {
    const card = one(chip.hash);
    if (!card) return false;
    const marks = all("mark", card).filter(mark => chip.classList.contains(mark.id));
    show(card.closest(".turn"), card, card);
    (marks[0] || card).scrollIntoView({ block: "nearest" });
    [chip, card, ...marks].forEach(element => element.classList.add("picked"));
    lastChip = chip;
    return true;
  };
  const back = link => {
    const chip = lastChip?.isConnected && lastChip.hash.slice(2) === link.hash.slice(2) ? lastChip : one(link.hash);
    chip?.focus();
    return Boolean(chip);
  };
  const toSources = link => {
    const section = one(link.hash);
    if (section) show(section, section, section);
    return Boolean(section);
  };

  // The answer's words with its numbers, and where each comes from.
  const copied = button => {
    const turn = button.closest("[class^=turn-]"), section = one("#sources-" + turn.className.slice(5));
    const words = all(".answer > p:not(.byline), .beside :is(p, blockquote)", turn).map(paragraph => {
      const copy = paragraph.cloneNode(true);
      all("a.cite", copy).forEach(chip => chip.replaceWith(` [${chip.lastChild.data}]`));
      return copy.textContent;
    });
    const sources = all(".card", section).map(card => [
      `[${one(".number", card).textContent}] ${one(".headline", card).textContent}`,
      one(".credit", card).innerText, one("a.headline", card)?.href.split("#:~:")[0]].filter(Boolean).join(", "));
    return [...words, sources.join("\n")].join("\n\n");
  };
  const copy = async button => {
    const done = await navigator.clipboard?.writeText(copied(button)).then(() => true, () => false);
    button.textContent = done ? "Copied" : "Could not copy";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
    return true;
  };

  const actions = { "a.cite": open, "a.back": back, "a.to-sources": toSources, "button.copy": copy };
  document.addEventListener("click", event => {
    for (const [selector, act] of Object.entries(actions)) {
      const target = event.target.closest(selector);
      if (target && act(target)) { event.preventDefault(); event.stopPropagation(); }
    }
  }, true);

  const tidy = () => {
    // Gradio repeats each message's raw source in an aria-label, which a screen reader would read out.
    all("#log .message [aria-label*=\"message:\"]").forEach(element => element.removeAttribute("aria-label"));
    one("#fresh:not([role])")?.setAttribute("role", "status");
    // A new question goes to the top and stays there while its answer grows, until the reader scrolls.
    const questions = all("#log .user-row");
    if (questions.length > asked) {
      follow = true;
      if (document.activeElement === document.body && matchMedia("(pointer: fine)").matches) one("#box textarea")?.focus({ preventScroll: true });
    }
    asked = questions.length;
    // The first one stays under the masthead where it can be seen anyway.
    if (follow) questions.at(-1)?.scrollIntoView({ block: questions.length > 1 ? "start" : "nearest" });
  };
  for (const moved of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(moved, () => { follow = false; }, { capture: true, passive: true });
  }
  new MutationObserver(tidy).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] });
})();
