// The page on which a rater judges features: those of one agent at a time, which agent it is not told.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const key = `study-${data.study}`;
  const questions = [
    ["consistent", "Do the examples show the same kind of object or situation?"],
    ["sensible", "Does the attribution fall on that object or situation, and does its sign make sense?"],
  ];
  const byId = (id) => document.getElementById(id);
  const element = (name, attributes = {}, ...children) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...children);
    return made;
  };
  const count = (number, of, what) => `${number} of ${of} ${what}`;

  // The order in which this rater sees the agents, drawn once: whoever grows stricter does so at other agents.
  const isOrder = (order) =>
    Array.isArray(order) && order.length === data.agents.length && data.agents.every((_, agent) => order.includes(agent));
  function drawnOrder() {
    const order = data.agents.map((_, agent) => agent);
    for (let last = order.length - 1; last > 0; last--) {
      const other = Math.floor(Math.random() * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }

  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      return kept && typeof kept.answers === "object" && kept.answers ? kept : null;
    } catch {
      return null;
    }
  };
  const state = Object.assign({ study: data.study, rater: "", answers: {} }, read());
  if (!isOrder(state.order)) state.order = drawnOrder();
  // Tells this rater from another one of the same name, in each file that is saved here or gone on with.
  const isDrawn = (text) => typeof text === "string" && /^[0-9-]{1,32}$/.test(text);
  if (!isDrawn(state.drawn)) state.drawn = crypto.getRandomValues(new Uint32Array(2)).join("-");
  let page = 0;
  const itemsOf = (number) => data.agents[state.order[number]];
  const keep = () => {
    try {
      localStorage.setItem(key, JSON.stringify(state));
      byId("kept").textContent = "Kept in this browser.";
    } catch {
      byId("kept").textContent = "This browser keeps nothing: save to a file before you leave.";
    }
  };

  // After a no to the first question the second is not asked, and counts as no.
  const answered = ({ id }) => {
    const { consistent, sensible } = state.answers[id] ?? {};
    return consistent === false || (consistent === true && typeof sensible === "boolean");
  };
  function answer(id, name, value) {
    const { sensible, ...before } = state.answers[id] ?? {};
    if (name === "sensible") state.answers[id] = { ...before, sensible: value };
    else if (!value) state.answers[id] = { consistent: false, sensible: false };
    else state.answers[id] = before.consistent === false || sensible === undefined ? { consistent: true } : { consistent: true, sensible };
    keep();
  }

  function showProgress() {
    const here = itemsOf(page);
    const items = data.agents.flat();
    const done = items.filter(answered).length;
    byId("agent").textContent = `Agent ${page + 1} of ${data.agents.length}`;
    byId("progress").textContent =
      `Agent ${page + 1}: ${count(here.filter(answered).length, here.length, "features answered")}; ` +
      `${count(done, items.length, "in all")}.`;
    byId("bar").max = items.length;
    byId("bar").value = done;
    for (const button of document.querySelectorAll("[data-step]")) {
      button.disabled = data.agents[page + Number(button.dataset.step)] === undefined;
    }
  }

  function picture(src, alt) {
    const button = element("button", { type: "button", className: "picture", title: "Enlarge" }, element("img", { src, alt }));
    button.addEventListener("click", () => {
      const { naturalWidth, naturalHeight } = button.querySelector("img");
      Object.assign(byId("large").querySelector("img"), { src, alt }).style.setProperty("--ratio", naturalWidth / naturalHeight);
      byId("large").showModal();
    });
    return button;
  }

  function question(item, [name, text], changed) {
    const group = element("fieldset", { name }, element("legend", { textContent: text }));
    for (const [label, value] of [["yes", true], ["no", false]]) {
      const input = element("input", { type: "radio", name: `${item.id}-${name}`, value: label });
      input.addEventListener("change", () => {
        answer(item.id, name, value);
        changed();
      });
      group.append(element("label", {}, input, ` ${label}`));
    }
    return group;
  }

  function feature(item, index) {
    const said = element("span");
    const groups = questions.map((asked) => question(item, asked, update));
    const note = element("span", { textContent: "counts as no" });
    groups[1].append(note);
    const shown = element(
      "article",
      { ariaLabel: `Feature ${index + 1}` },
      element("h3", {}, `Feature ${index + 1}`, said),
      picture(item.examples, `Dataset examples of feature ${index + 1}: patches in which it is most active`),
      picture(item.attribution, `Observations, and below each the attribution to feature ${index + 1}`),
      ...groups,
    );
    function update() {
      const given = state.answers[item.id] ?? {};
      const done = answered(item);
      for (const [place, [name]] of questions.entries()) {
        for (const input of groups[place].querySelectorAll("input")) input.checked = given[name] === (input.value === "yes");
      }
      groups[1].disabled = given.consistent === false;
      note.hidden = !groups[1].disabled;
      said.textContent = done ? "answered" : "not answered yet";
      shown.classList.toggle("open", !done);
      showProgress();
    }
    update();
    return shown;
  }

  function show(number) {
    page = number;
    byId("features").replaceChildren(...itemsOf(page).map(feature));
    showProgress();
  }

  /** Which features are not answered, in words; empty where all are. */
  function missing() {
    const parts = data.agents.map((_, number) => {
      const left = itemsOf(number).flatMap((item, index) => (answered(item) ? [] : [index + 1]));
      const named = left.length === itemsOf(number).length ? "all features" : `${left.length > 1 ? "features" : "feature"} ${left.join(", ")}`;
      return left.length ? `agent ${number + 1}: ${named}` : "";
    });
    return parts.filter(Boolean).join("; ");
  }

  function save() {
    if (!state.rater.trim()) {
      byId("said").textContent = "Nothing was saved: give your name first.";
      byId("rater").focus();
      return;
    }
    const full = ([id, given]) => [id, given.consistent === false ? { ...given, sensible: given.sensible ?? false } : given];
    const answers = Object.fromEntries(Object.entries(state.answers).map(full));
    const text = JSON.stringify({ ...state, answers }, null, 1);
    const name = state.rater.match(/[\p{L}\p{N}]+/gu)?.join("-") ?? "rater";
    const download = `ratings-${data.study.slice(0, 8)}-${name}.json`;
    const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download });
    link.click();
    URL.revokeObjectURL(link.href);
    const items = data.agents.flat();
    const left = missing();
    byId("said").textContent =
      `${download} is among your browser's downloads, with ${count(items.filter(answered).length, items.length, "features")}. ` +
      (left ? `Not answered yet: ${left}.` : "Nothing is missing.");
  }

  async function goOn(event) {
    try {
      const given = JSON.parse(await event.target.files[0].text());
      if (given?.study !== data.study) throw new Error("these are ratings of another study");
      if (typeof given.answers !== "object" || !given.answers) throw new Error("there are no answers in it");
      state.rater = typeof given.rater === "string" ? given.rater : state.rater;
      if (isOrder(given.order)) state.order = given.order;
      if (isDrawn(given.drawn)) state.drawn = given.drawn;
      Object.assign(state.answers, given.answers);
      byId("rater").value = state.rater;
      keep();
      byId("said").textContent = `${count(Object.keys(given.answers).length, data.agents.flat().length, "features")} taken from the file.`;
      show(page);
    } catch (error) {
      byId("said").textContent = `Nothing was taken from this file: ${error.message}.`;
    }
    event.target.value = "";
  }

  byId("rater").value = state.rater;
  byId("rater").addEventListener("input", () => {
    state.rater = byId("rater").value;
    keep();
  });
  for (const button of document.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => {
      show(page + Number(button.dataset.step));
      byId("agent").scrollIntoView();
      byId("agent").focus({ preventScroll: true });
    });
  }
  byId("large").addEventListener("click", () => byId("large").close());
  byId("save").addEventListener("click", save);
  byId("open").addEventListener("change", goOn);
  keep();
  const first = data.agents.findIndex((_, number) => !itemsOf(number).every(answered));
  show(Math.max(first, 0));
})();
