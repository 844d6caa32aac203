"use strict";
{
  // The page is complete without this script, which adds filters, keyboard shortcuts and copying.
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;
  all("[data-script]").forEach((element) => { element.hidden = false; });

  // Choices are kept between visits if the browser allows it.
  const kept = {
    get(name) { try { return localStorage.getItem(`refute-${name}`); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(`refute-${name}`, value); } catch { /* not kept */ } },
  };
  const colours = find("#colours");
  if (["light", "dark"].includes(kept.get("colours"))) colours.value = kept.get("colours");
  colours.addEventListener("change", () => kept.set("colours", colours.value));
  const shortcuts = find("#shortcuts");
  shortcuts.checked = kept.get("shortcuts") !== "off";
  shortcuts.addEventListener("change", () => kept.set("shortcuts", shortcuts.checked ? "on" : "off"));

  // What can be filtered, read once when it is first needed.
  const text = find("#text"), question = find("#question"), key = find("#key");
  const corrected = find("#corrected"), shown = find("#shown"), clear = find("#clear");
  const buttons = { verdict: all("button[data-verdict]"), code: all("button[data-code]") };
  const press = (each, on) => { each.ariaPressed = String(on); };
  const pressed = (name) =>
    buttons[name].filter((each) => each.ariaPressed === "true").map((each) => each.dataset[name]);
  const last = (element) => [...element.classList].filter((name) => name !== "hit" && name !== "lit").pop();
  const words = (...elements) => elements.map((each) => each ? each.textContent : "").join(" ").toLowerCase();
  const noteOf = (element) => document.getElementById(`${element.id}--note`);
  const within = (element) => ({
    questions: (element.dataset.question ?? "").split(" "),
    keys: [element.closest(".key").id],
  });
  let read = null;
  const things = () => read ??= {
    statements: all(".statement").map((element) => {
      const own = noteOf(element);
      const shared = () => find(`.number[href="#${element.id}"]`, element.closest(".beside"))?.closest(".note");
      return { element, note: own ?? shared(), verdict: last(element), words: words(element, own), ...within(element) };
    }),
    claims: all(".claim").map((element) => ({
      element,
      verdict: last(element),
      questions: [element.closest(".question").dataset.question],
      keys: all(".said-by a", element).map((link) => link.hash.slice(1).replace(/--\d+$/, "")),
      words: words(element),
    })),
    findings: all(".code-flag").map((element) => {
      const note = noteOf(element);
      return { element, note, code: element.dataset.code.split(" "), words: words(note), ...within(element) };
    }),
  };

  const choices = find("#choices"), opens = find("#filter");
  const choose = (open) => { choices.hidden = !open; opens.ariaExpanded = String(open); };
  opens.addEventListener("click", () => choose(choices.hidden));

  // The address holds the state of the view, for links and for the Back button.
  const state = () => ({
    verdict: pressed("verdict"),
    code: pressed("code"),
    question: question.value,
    key: key.value,
    text: text.value.trim(),
  });
  const address = (now) => {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries({ ...now, corrected: corrected.checked ? "1" : "" })) {
      if (value.length) url.searchParams.set(name, value); else url.searchParams.delete(name);
    }
    return url;
  };
  const remember = (how) => {
    try { history[how](null, "", address(state())); } catch { /* the view changes anyway */ }
  };
  const recall = () => {
    const asked = new URL(location.href).searchParams;
    for (const [name, some] of Object.entries(buttons)) {
      const wanted = (asked.get(name) ?? "").split(",");
      some.forEach((each) => press(each, wanted.includes(each.dataset[name])));
    }
    question.value = asked.get("question") ?? "";
    key.value = asked.get("key") ?? "";
    if (question.selectedIndex < 0) question.value = "";
    if (key.selectedIndex < 0) key.value = "";
    text.value = asked.get("text") ?? "";
    corrected.checked = asked.get("corrected") === "1";
    if (pressed("verdict").length || pressed("code").length || question.value || key.value) choose(true);
  };

  const filter = () => {
    const { verdict, code, question: asked, key: of, text: typed } = state();
    const sought = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const marked = verdict.length + code.length > 0;
    const active = marked || Boolean(asked || of || sought.length);
    root.classList.toggle("filtered", active);
    clear.hidden = !active;
    if (!active) {
      all(".miss").forEach((element) => element.classList.remove("miss"));
      shown.textContent = "";
      return;
    }
    const matches = (each) =>
      (!marked || verdict.includes(each.verdict) || code.some((kind) => each.code?.includes(kind))) &&
      (!asked || each.questions.includes(asked)) &&
      (!of || each.keys.includes(of)) &&
      sought.every((word) => each.words.includes(word));
    const { statements, claims, findings } = things();
    // A list keeps its numbers while some of its items are hidden.
    all(".key-text ol > li:not([value])").forEach((item) => {
      item.value = [...item.parentElement.children].indexOf(item) + (item.parentElement.start || 1);
    });
    all(".note.hit").forEach((element) => element.classList.remove("hit"));
    for (const each of [...statements, ...findings]) {
      each.hit = matches(each);
      each.element.classList.toggle("hit", each.hit);
      if (each.hit) each.note?.classList.add("hit");
    }
    all(".beside").forEach((block) => block.classList.toggle("miss", !find(".hit", block)));
    for (const each of claims) {
      each.hit = matches(each);
      each.element.classList.toggle("miss", !each.hit);
      each.element.classList.toggle("hit", each.hit);
    }
    const counted = (list, singular, plural) =>
      `${list.filter((each) => each.hit).length} of ${list.length} ${list.length === 1 ? singular : plural}`;
    shown.textContent = [
      counted(statements, "statement", "statements"),
      counted(claims, "claim", "claims"),
      ...(findings.length ? [counted(findings, "finding about code", "findings about code")] : []),
    ].join(", ");
  };
  const changed = (how = "pushState") => { remember(how); filter(); };

  Object.values(buttons).flat().forEach((each) => each.addEventListener("click", () => {
    press(each, each.ariaPressed !== "true");
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
    Object.values(buttons).flat().forEach((each) => press(each, false));
    question.value = key.value = text.value = "";
    changed();
    text.focus();
  });

  // A link leads to its place even if that is folded or filtered away.
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
    (found.closest(".claim, .code-flag, .statement, .note") ?? found).classList.add("hit");
    found.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  addEventListener("popstate", () => { recall(); filter(); });
  recall();
  filter();
  reveal();

  // Keyboard shortcuts: from one statement, finding or claim to the next.
  const STOP = ".judged, .code-flag, .claim";
  let at = null;
  const step = (by) => {
    const kept = root.classList.contains("filtered") ? ".hit" : "*";
    const stops = all(STOP).filter((element) => element.matches(kept) && element.checkVisibility());
    const here = document.activeElement.closest(STOP) ?? at;
    const known = stops.indexOf(here);
    const below = stops.findIndex((element) => element.getBoundingClientRect().top > 80);
    const first = below < 0 ? stops.length : below;
    const next = known >= 0 ? known + by : by > 0 ? first : first - 1;
    at = stops[Math.min(Math.max(next, 0), stops.length - 1)];
    if (!at) return;
    (find(".flag, .claim-id", at) ?? at).focus({ preventScroll: true });
    at.scrollIntoView({ block: at.classList.contains("claim") ? "start" : "center" });
  };
  const help = find("#help");
  const keys = {
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
    if (Object.hasOwn(keys, event.key)) { event.preventDefault(); keys[event.key](); }
  });

  // Hovering over a statement, a finding or its note lights up both.
  for (const [began, lit] of [["mouseover", true], ["mouseout", false]]) {
    addEventListener(began, (event) => {
      const element = event.target.closest?.(".code-flag, .judged, div.note");
      if (!element) return;
      const id = element.id.replace(/--note$/, "");
      for (const each of [id, `${id}--note`]) document.getElementById(each)?.classList.toggle("lit", lit);
    });
  }

  // Copying.
  const copy = async (words) => {
    try { await navigator.clipboard.writeText(words); return true; } catch { /* fall back to the old way */ }
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
    const code = find("code", element);
    element.append(copying(find("pre", element) ? "the program" : "the command", () => code.textContent));
  });
  for (const part of all(".objection")) {
    const [what, toAnswer] = part.closest(".code-mark") ? ["finding", "#questions-about-code"] : ["mark", "#questions-about-marks"];
    const report = () => `${find("pre", part).textContent}\n\n${find(toAnswer).textContent}`;
    find("summary", part).after(copying(`an objection to this ${what}`, report));
  }
  // The command for a single reading: the class's own, with check and reading after the class.
  for (const part of all(".alone")) {
    const claim = part.closest(".claim"), folded = part.closest("details");
    folded.addEventListener("toggle", () => {
      const whole = find(".about .code > code", claim).textContent;
      const list = document.createElement("ul");
      for (const number of part.dataset.readings.split(" ")) {
        const row = document.getElementById(`${claim.id}--${number}`);
        const name = find(".verdict", row).nextSibling.textContent.trim();
        const words = part.textContent.replace("NAME", () => name);
        const command = whole.replace(/\S+::\S+/, (place) => `"${place}${words}"`);
        const item = list.appendChild(document.createElement("li"));
        item.append(name, copying(`the command of ${name}`, () => command));
      }
      folded.append(list);
    }, { once: true });
  }
}
