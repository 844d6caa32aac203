"use strict";
{
  // The page is whole without this script: it adds filters, keys to press, and copying.
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;
  all("[data-script]").forEach((element) => { element.hidden = false; });

  // Choices are kept between visits where the browser lets a page do so.
  const kept = {
    get(name) { try { return localStorage.getItem(`refute-${name}`); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(`refute-${name}`, value); } catch { /* not kept */ } },
  };
  const colours = one("#colours");
  if (["light", "dark"].includes(kept.get("colours"))) colours.value = kept.get("colours");
  colours.addEventListener("change", () => kept.set("colours", colours.value));
  const shortcuts = one("#shortcuts");
  shortcuts.checked = kept.get("shortcuts") !== "off";
  shortcuts.addEventListener("change", () => kept.set("shortcuts", shortcuts.checked ? "on" : "off"));

  // What can be filtered, read once when it is first needed.
  const text = one("#text"), question = one("#question"), key = one("#key");
  const corrected = one("#corrected"), shown = one("#shown"), clear = one("#clear");
  const verdicts = all("[data-verdict]");
  const total = { statements: all(".statement").length, claims: all(".claim").length };
  const last = (element) => [...element.classList].filter((name) => name !== "hit" && name !== "lit").pop();
  const words = (...elements) => elements.map((each) => each ? each.textContent : "").join(" ").toLowerCase();
  let read = null;
  const things = () => read ??= {
    statements: all(".statement").map((element) => ({
      element,
      note: (document.getElementById(`${element.id}--note`)
        ?? one(`.number[href="#${element.id}"]`, element.closest(".beside"))?.closest(".note")),
      verdict: last(element),
      questions: (element.dataset.question ?? "").split(" "),
      keys: [element.closest(".key").id],
      words: words(element, document.getElementById(`${element.id}--note`)),
    })),
    claims: all(".claim").map((element) => ({
      element,
      verdict: last(element),
      questions: [element.closest(".question").dataset.question],
      keys: all(".said-by a", element).map((link) => link.hash.slice(1).replace(/--\d+$/, "")),
      words: words(element),
    })),
  };

  const choices = one("#choices"), opens = one("#filter");
  const choose = (open) => { choices.hidden = !open; opens.ariaExpanded = String(open); };
  opens.addEventListener("click", () => choose(choices.hidden));

  // The state of the view stands in the address, so that it can be linked and gone back to.
  const state = () => ({
    verdict: verdicts.filter((each) => each.ariaPressed === "true").map((each) => each.dataset.verdict),
    question: question.value,
    key: key.value,
    text: text.value.trim(),
  });
  const address = (now) => {
    const url = new URL(location.href);
    const asked = { ...now, verdict: now.verdict.join(","), corrected: corrected.checked ? "1" : "" };
    for (const [name, value] of Object.entries(asked)) {
      if (value) url.searchParams.set(name, value); else url.searchParams.delete(name);
    }
    return url;
  };
  const remember = (how) => {
    try { history[how](null, "", address(state())); } catch { /* the view changes all the same */ }
  };
  const recall = () => {
    const asked = new URL(location.href).searchParams;
    const wanted = (asked.get("verdict") ?? "").split(",");
    verdicts.forEach((each) => { each.ariaPressed = String(wanted.includes(each.dataset.verdict)); });
    question.value = asked.get("question") ?? "";
    key.value = asked.get("key") ?? "";
    if (question.selectedIndex < 0) question.value = "";
    if (key.selectedIndex < 0) key.value = "";
    text.value = asked.get("text") ?? "";
    corrected.checked = asked.get("corrected") === "1";
    if (wanted[0] || question.value || key.value) choose(true);
  };

  const filter = () => {
    const { verdict, question: asked, key: of, text: typed } = state();
    const sought = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const active = verdict.length > 0 || Boolean(asked || of || sought.length);
    root.classList.toggle("filtered", active);
    clear.hidden = !active;
    if (!active) {
      all(".miss").forEach((element) => element.classList.remove("miss"));
      shown.textContent = "";
      return;
    }
    const matches = (each) =>
      (!verdict.length || verdict.includes(each.verdict)) &&
      (!asked || each.questions.includes(asked)) &&
      (!of || each.keys.includes(of)) &&
      sought.every((word) => each.words.includes(word));
    const { statements, claims } = things();
    // A list keeps its numbers while some of its items are out of sight.
    all(".key-text ol > li:not([value])").forEach((item) => {
      item.value = [...item.parentElement.children].indexOf(item) + (item.parentElement.start || 1);
    });
    all(".note.hit").forEach((element) => element.classList.remove("hit"));
    for (const each of statements) {
      each.hit = matches(each);
      each.element.classList.toggle("hit", each.hit);
      if (each.hit) each.note?.classList.add("hit");
    }
    all(".beside").forEach((block) => block.classList.toggle("miss", !one(".hit", block)));
    for (const each of claims) {
      each.hit = matches(each);
      each.element.classList.toggle("miss", !each.hit);
      each.element.classList.toggle("hit", each.hit);
    }
    const count = (list) => list.filter((each) => each.hit).length;
    const told = (list, all, noun) => `${count(list)} of ${all} ${noun}${all === 1 ? "" : "s"}`;
    shown.textContent =
      `${told(statements, total.statements, "statement")}, ${told(claims, total.claims, "claim")}`;
  };
  const changed = (how = "pushState") => { remember(how); filter(); };

  verdicts.forEach((each) => each.addEventListener("click", () => {
    each.ariaPressed = String(each.ariaPressed !== "true");
    changed();
  }));
  [question, key].forEach((each) => each.addEventListener("change", () => changed()));
  corrected.addEventListener("change", () => remember("pushState"));
  let typing = false, timer = 0;
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { changed(typing ? "replaceState" : "pushState"); typing = true; }, 120);
  });
  text.addEventListener("blur", () => { typing = false; });
  clear.addEventListener("click", () => {
    verdicts.forEach((each) => { each.ariaPressed = "false"; });
    question.value = key.value = text.value = "";
    changed();
    text.focus();
  });

  // A link leads to its place even where that is folded, or filtered away.
  const target = () => {
    try { return document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return null; }
  };
  const reveal = () => {
    const found = location.hash.length > 1 && target();
    if (!found) return;
    for (let up = found; up; up = up.parentElement) {
      if (up.tagName === "DETAILS") up.open = true;
      up.classList.remove("miss");
    }
    (found.closest(".claim, .statement, .note") ?? found).classList.add("hit");
    found.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  addEventListener("popstate", () => { recall(); filter(); });
  recall();
  filter();
  reveal();

  // Keys to press: from statement to statement, from claim to claim.
  let at = null;
  const step = (by) => {
    const stops = all(".judged, .claim").filter((element) => element.checkVisibility());
    const here = document.activeElement.closest(".judged, .claim") ?? at;
    const known = stops.indexOf(here);
    const below = stops.findIndex((element) => element.getBoundingClientRect().top > 80);
    const first = below < 0 ? stops.length : below;
    const next = known >= 0 ? known + by : by > 0 ? first : first - 1;
    at = stops[Math.min(Math.max(next, 0), stops.length - 1)];
    if (!at) return;
    one(".flag, .claim-id", at).focus({ preventScroll: true });
    at.scrollIntoView({ block: at.classList.contains("claim") ? "start" : "center" });
  };
  const help = one("#help");
  const pressed = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => { text.focus(); text.select(); },
    c: () => corrected.click(),
    "?": () => help.togglePopover(),
  };
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target === text) text.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || !shortcuts.checked) return;
    if (event.target.closest?.("input:not([type=checkbox]), select, textarea")) return;
    if (Object.hasOwn(pressed, event.key)) { event.preventDefault(); pressed[event.key](); }
  });

  // A statement and its note show that they belong together.
  for (const [began, lit] of [["mouseover", true], ["mouseout", false]]) {
    addEventListener(began, (event) => {
      const element = event.target.closest?.(".judged, div.note");
      if (!element) return;
      const id = element.id.replace(/--note$/, "");
      for (const each of [id, `${id}--note`]) document.getElementById(each)?.classList.toggle("lit", lit);
    });
  }

  // Copying.
  const copy = async (words) => {
    try { await navigator.clipboard.writeText(words); return true; } catch { /* the old way, then */ }
    const box = document.body.appendChild(document.createElement("textarea"));
    box.value = words;
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  };
  const copying = (what, words) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.ariaLabel = `Copy ${what}`;
    button.addEventListener("click", async () => {
      button.textContent = await copy(words()) ? "Copied" : "Not copied";
      button.focus();
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    return button;
  };
  all(".code").forEach((element) => {
    const code = one("code", element);
    element.append(copying(one("pre", element) ? "the program" : "the command", () => code.textContent));
  });
  for (const part of all(".objection")) {
    const report = () => `${one("pre", part).textContent}\n\n${one("#questions").textContent}`;
    one("summary", part).after(copying("an objection to this mark", report));
  }
  // One reading alone: the class's command with check and reading behind the class, in quotes.
  for (const part of all(".alone")) {
    const claim = part.closest(".claim"), folded = part.closest("details");
    folded.addEventListener("toggle", () => {
      const whole = one(".about .code > code", claim).textContent;
      const list = document.createElement("ul");
      for (const number of part.dataset.readings.split(" ")) {
        const row = document.getElementById(`${claim.id}--${number}`);
        const name = one(".verdict", row).nextSibling.textContent.trim();
        const words = part.textContent.replace("NAME", () => name);
        const command = whole.replace(/\S+::\S+/, (place) => `"${place}${words}"`);
        const item = list.appendChild(document.createElement("li"));
        item.append(name, copying(`the command of ${name}`, () => command));
      }
      folded.append(list);
    }, { once: true });
  }
}
