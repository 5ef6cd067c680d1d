// The page on which a rater judges features: eight of one agent at a time, which agent it is not told.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const key = `study-${data.study}`;
  const questions = [
    ["consistent", "Do the examples show the same kind of object?"],
    ["sensible", "Does the attribution fall on that object, and does its sign make sense?"],
  ];
  const element = (name, attributes = {}, ...children) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...children);
    return made;
  };
  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      return kept && typeof kept.answers === "object" && kept.answers ? kept : null;
    } catch {
      return null;
    }
  };
  const state = Object.assign({ study: data.study, rater: "", answers: {} }, read());
  let page = 0;
  const keep = () => {
    try {
      localStorage.setItem(key, JSON.stringify(state));
      document.getElementById("kept").textContent = "Kept in this browser.";
    } catch {
      document.getElementById("kept").textContent = "This browser keeps nothing: save to a file before you leave.";
    }
  };
  const answered = (item) => questions.every(([name]) => typeof state.answers[item.id]?.[name] === "boolean");
  const rater = document.getElementById("rater");
  rater.value = state.rater;
  rater.addEventListener("input", () => {
    state.rater = rater.value;
    keep();
    showProgress();
  });

  function showProgress() {
    const items = data.agents.flat();
    const done = items.filter(answered).length;
    document.getElementById("progress").textContent =
      `Agent ${page + 1} of ${data.agents.length}; ${done} of ${items.length} features rated.`;
    document.getElementById("bar").max = items.length;
    document.getElementById("bar").value = done;
    document.getElementById("previous").disabled = page === 0;
    document.getElementById("next").disabled = page === data.agents.length - 1;
    const save = document.getElementById("save");
    save.disabled = !state.rater.trim();
    save.title = save.disabled ? "Give your name first." : "";
  }

  function question(item, [name, text]) {
    const group = element("fieldset", {}, element("legend", { textContent: text }));
    for (const [label, value] of [["yes", true], ["no", false]]) {
      const id = `${item.id}-${name}-${label}`;
      const input = element("input", { type: "radio", id, name: `${item.id}-${name}`, checked: state.answers[item.id]?.[name] === value });
      input.addEventListener("change", () => {
        state.answers[item.id] = { ...state.answers[item.id], [name]: value };
        keep();
        showProgress();
      });
      group.append(element("label", { htmlFor: id }, input, ` ${label}`));
    }
    return group;
  }

  function show(number) {
    page = number;
    const main = document.getElementById("features");
    main.replaceChildren(
      ...data.agents[page].map((item, index) =>
        element(
          "article",
          {},
          element("h2", { textContent: `Feature ${index + 1}` }),
          element("img", { src: item.examples, alt: "Dataset examples: patches of observations in which the feature is most active" }),
          element("img", { src: item.attribution, alt: "Observations, and below each the attribution of the value to the feature" }),
          ...questions.map((asked) => question(item, asked)),
        ),
      ),
    );
    showProgress();
    window.scrollTo(0, 0);
  }

  document.getElementById("previous").addEventListener("click", () => show(page - 1));
  document.getElementById("next").addEventListener("click", () => show(page + 1));
  document.getElementById("save").addEventListener("click", () => {
    const text = JSON.stringify(state, null, 1);
    const name = state.rater.match(/[\p{L}\p{N}]+/gu)?.join("-") ?? "rater";
    const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: `${name}.json` });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  document.getElementById("open").addEventListener("change", async (event) => {
    const said = document.getElementById("kept");
    try {
      const given = JSON.parse(await event.target.files[0].text());
      if (given?.study !== data.study) throw new Error("these are ratings of another study");
      if (typeof given.answers !== "object" || !given.answers) throw new Error("there are no answers in it");
      state.rater = typeof given.rater === "string" ? given.rater : state.rater;
      Object.assign(state.answers, given.answers);
      rater.value = state.rater;
      keep();
      show(page);
    } catch (error) {
      said.textContent = `Nothing was taken from this file: ${error.message}.`;
    }
    event.target.value = "";
  });
  const first = data.agents.findIndex((items) => !items.every(answered));
  show(first < 0 ? 0 : first);
})();
