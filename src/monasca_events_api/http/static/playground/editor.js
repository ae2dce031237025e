/** A field for text with numbered lines, at which faults are marked and listed. */

import { element } from "./elements.js";
import { textOf } from "./files.js";

const SIGNS = { fault: "✕", notice: "!" };
const ROWS_BEYOND = 2;

export class Editor {
  /**
   * Make one at the end of *parent*. *changed* is called after each change by the reader, *failed* with a sentence
   * when a file cannot be read.
   */
  constructor(parent, { name, label, hint, accept, changed, failed }) {
    this.marks = new Map();
    this.gutter = element("div", { class: "gutter", "aria-hidden": "true" });
    this.bands = element("div", { class: "bands", "aria-hidden": "true" });
    this.area = element("textarea", {
      id: name,
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      wrap: "off",
      "aria-describedby": `${name}-hint ${name}-faults`,
      input: () => this.typed(changed),
      scroll: () => this.draw(),
    });
    this.list = element("ol", { class: "faults", id: `${name}-faults` });
    const file = element("input", { type: "file", accept, "aria-label": `Open a file as ${label.toLowerCase()}` });
    const opened = (files) => this.open(files[0]).then(changed, (error) => failed(error.message));
    file.addEventListener("change", () => file.files.length && opened([...file.files]).then(() => (file.value = "")));
    this.whole = element(
      "section",
      { class: "editor", "aria-labelledby": `${name}-label` },
      element("h2", {}, element("label", { for: name, id: `${name}-label` }, label)),
      element("label", { class: "button file" }, "Open file…", file),
      element("p", { id: `${name}-hint`, class: "hint" }, hint),
      element("div", { class: "frame" }, this.bands, this.gutter, this.area),
      this.list,
    );
    parent.append(this.whole);
    this.measure();
    this.takesDropped(opened);
    new ResizeObserver(() => this.draw()).observe(this.area);
  }

  get text() {
    return this.area.value;
  }

  set text(text) {
    if (text === this.area.value) return;
    this.area.value = text;
    this.area.scrollTop = 0;
    this.area.scrollLeft = 0;
    this.measure();
    this.mark([]);
  }

  /** Mark and list *marks*: `{line, text, level}`, a line from 1 or null, level `fault` or `notice`. */
  mark(marks) {
    this.marks = new Map();
    for (const { line, level } of marks) if (line && this.marks.get(line) !== "fault") this.marks.set(line, level);
    const isWrong = marks.some((mark) => mark.level === "fault");
    this.area.setAttribute("aria-invalid", String(isWrong));
    this.list.replaceChildren(...marks.map((mark) => this.listed(mark)));
    this.draw();
  }

  /** Put the cursor at a line, in view. */
  goTo(line) {
    const lines = this.text.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    this.area.focus();
    this.area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    this.area.scrollTop = Math.max(0, (line - 1) * this.lineHeight - this.area.clientHeight / 3);
    this.area.scrollLeft = 0;
  }

  get lineHeight() {
    return parseFloat(getComputedStyle(this.area).lineHeight);
  }

  /** Count the lines: once for each change, and not each time something moves. */
  measure() {
    this.lines = this.text.split("\n").length;
    this.whole.style.setProperty("--lines", this.lines);
    this.whole.style.setProperty("--digits", Math.max(2, String(this.lines).length));
  }

  typed(changed) {
    this.measure();
    // Until the answer is there nobody knows to which lines the marks belong.
    this.marks = new Map();
    this.draw();
    changed();
  }

  async open(file) {
    this.text = await textOf(file);
  }

  takesDropped(opened) {
    const over = (isOver) => (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      this.whole.classList.toggle("over", isOver);
    };
    this.whole.addEventListener("dragover", over(true));
    this.whole.addEventListener("dragleave", over(false));
    this.whole.addEventListener("drop", (event) => {
      over(false)(event);
      if (event.dataTransfer.files.length) opened([...event.dataTransfer.files]);
    });
  }

  listed({ line, text, level }) {
    const sign = element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[level]);
    if (!line) return element("li", { class: level }, sign, element("span", {}, text));
    const place = element("button", { type: "button", click: () => this.goTo(line) }, `Line ${line}`);
    return element("li", { class: level }, sign, place, element("span", {}, text));
  }

  // Only the lines in view: a paste may have a hundred thousand.
  draw() {
    const { scrollTop, clientHeight } = this.area;
    const height = this.lineHeight;
    const last = this.lines;
    const first = Math.floor(scrollTop / height) + 1;
    const shown = Math.min(last - first + 1, Math.ceil(clientHeight / height) + ROWS_BEYOND);
    const lines = Array.from({ length: Math.max(0, shown) }, (_, index) => first + index);
    this.gutter.replaceChildren(...lines.map((line) => this.numbered(line)));
    this.bands.replaceChildren(...lines.map((line) => element("div", { class: this.marks.get(line) ?? "" })));
    for (const moved of [this.gutter, this.bands]) moved.style.setProperty("--shift", `${-(scrollTop % height)}px`);
  }

  numbered(line) {
    const level = this.marks.get(line);
    return element("div", { class: level ?? "" }, level ? `${SIGNS[level]} ${line}` : String(line));
  }
}
