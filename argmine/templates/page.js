"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const buttons = all("button[data-by]");
  const rows = all("tr[data-a]");
  const places = all("[data-a]");
  const marks = all(".am-mark");
  const articles = all("article");
  const links = all("nav li");
  const chosen = { a: new Set(), l: new Set() };

  const passes = (element, by) => !chosen[by].size || chosen[by].has(element.dataset[by]);
  const tally = (elements, key) => elements.reduce((n, e) => n.set(key(e), (n.get(key(e)) || 0) + 1), new Map());

  // A sentence's lines are those of its shown positions; the others leave no gap.
  const underline = (mark) => {
    const shown = new Set(all(".am-chip:not([hidden])", mark).map((chip) => chip.dataset.l));
    let line = 0;
    for (const span of all(".am-line", mark)) {
      span.classList.toggle("am-off", !shown.has(span.dataset.l));
      span.style.setProperty("--i", shown.has(span.dataset.l) ? line++ : 0);
    }
    mark.classList.toggle("am-off", !shown.size);
    mark.tabIndex = shown.size ? 0 : -1;
  };

  const show = () => {
    const filtered = chosen.a.size + chosen.l.size > 0;
    for (const place of places) place.hidden = !(passes(place, "a") && passes(place, "l"));
    marks.forEach(underline);
    // A button's number is what pressing it alone in its group would show.
    for (const [by, other] of [["a", "l"], ["l", "a"]]) {
      const numbers = tally(rows.filter((row) => passes(row, other)), (row) => row.dataset[by]);
      for (const button of buttons.filter((b) => b.dataset.by === by)) {
        button.setAttribute("aria-pressed", chosen[by].has(button.dataset.value));
        button.lastElementChild.textContent = numbers.get(button.dataset.value) || 0;
      }
    }
    articles.forEach((article, i) => {
      const shown = all("tbody tr:not([hidden])", article);
      const labels = tally(shown, (row) => row.dataset.l);
      for (const count of all("[data-count]", article)) count.textContent = labels.get(count.dataset.count) || 0;
      for (const section of all("section", article)) section.hidden = !shown.length;
      if (!links.length) return;
      links[i].lastElementChild.textContent = shown.length;
      links[i].hidden = filtered && !shown.length;
    });
    const n = rows.filter((row) => !row.hidden).length;
    const noun = rows.length === 1 ? "position" : "positions";
    document.getElementById("status").textContent = filtered ? `${n} of ${rows.length} ${noun} shown` : `${n} ${noun}`;
    document.getElementById("reset").hidden = !filtered;
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      const { by, value } = button.dataset;
      if (!chosen[by].delete(value)) chosen[by].add(value);
      show();
    });
  }

  if (rows.length) {
    document.getElementById("filters").hidden = false;
    document.getElementById("reset").addEventListener("click", () => {
      chosen.a.clear();
      chosen.l.clear();
      show();
      buttons[0].focus();
    });
  }

  const order = (row, column) => row.children[column].dataset.order || row.children[column].textContent;
  const sort = (head, column) => {
    const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const body = head.closest("table").tBodies[0];
    const compare = (a, b) => order(a, column).localeCompare(order(b, column), undefined, { numeric: true });
    body.append(...[...body.rows].sort((a, b) => sign * compare(a, b)));
    for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  };
  for (const head of all("thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, head.cellIndex));
    head.append(button);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement.matches(".am-mark")) document.activeElement.blur();
  });
})();
