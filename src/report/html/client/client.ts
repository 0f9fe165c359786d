/** What the page does beside standing there: search, filter, sort, copy. It makes no markup out of data. */

/** Rows of a long table that show before somebody asks for all. */
const FIRST = 100;
/** And how many times as many after each asking: laying out thousands takes a second. */
const STEP = 5;

const all = <T extends Element>(selector: string, within: ParentNode = document): T[] => [
  ...within.querySelectorAll<T>(selector),
];
const one = <T extends Element>(selector: string): T | null => document.querySelector<T>(selector);

interface Row {
  element: HTMLElement;
  text: string;
  severity: string | undefined;
}

function say(text: string): void {
  const said = one<HTMLElement>('[data-said]');
  if (said !== null) said.textContent = text;
}

function setUpTheme(): void {
  const root = document.documentElement;
  one('[data-theme]')?.addEventListener('click', () => {
    const dark = root.dataset.look ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    root.dataset.look = dark === 'dark' ? 'light' : 'dark';
  });
}

async function copied(text: string, from: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not every place that a file is opened from has a clipboard; the command is marked instead.
    getSelection()?.selectAllChildren(from);
    return false;
  }
}

function setUpCopying(): void {
  for (const button of all<HTMLButtonElement>('[data-copy]')) {
    button.addEventListener('click', async () => {
      const command = button.parentElement?.querySelector('code');
      if (command === null || command === undefined) return;
      const done = await copied(command.textContent ?? '', command);
      button.textContent = done ? 'Copied' : 'Marked';
      say(done ? 'The command is in the clipboard' : 'The command is marked');
      setTimeout(() => {
        button.textContent = 'Copy';
      }, 1600);
    });
  }
}

/** Sorts a table by a column; numbers by their value. */
function setUpSorting(): void {
  const order = new Intl.Collator('en', { numeric: true });
  const rank = new Map(['', 'info', 'low', 'moderate', 'high', 'critical'].map((word, i) => [word, i]));
  for (const table of all<HTMLTableElement>('table[data-long]')) {
    for (const [column, head] of all<HTMLTableCellElement>('thead th', table).entries()) {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') !== 'ascending';
        for (const other of all('thead th', table)) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const body = table.tBodies[0];
        if (body === undefined) return;
        const keyed = [...body.rows].map((row) => {
          const text = row.cells[column]?.textContent?.trim() ?? '';
          return { row, text, rank: rank.get(text.split(/\s/)[0] ?? '') };
        });
        keyed.sort((a, b) => {
          const known = a.rank !== undefined && b.rank !== undefined;
          const difference = known ? (a.rank ?? 0) - (b.rank ?? 0) : order.compare(a.text, b.text);
          return up ? difference : -difference;
        });
        body.append(...keyed.map(({ row }) => row));
        refresh();
      });
    }
  }
}

/** How many rows of a long table somebody asked for. */
const asked = new Map<Element, number>();
const roomOf = (table: Element | null): number => (table === null ? Infinity : (asked.get(table) ?? FIRST));
let rows: Map<HTMLElement, Row[]> = new Map();

function setUpRows(): void {
  rows = new Map(
    all<HTMLElement>('section').map((section) => [
      section,
      all<HTMLElement>('[data-row]', section).map((element) => ({
        element,
        text: (element.textContent ?? '').toLowerCase(),
        severity: element.dataset.severityOf,
      })),
    ]),
  );
}

/** Shows what has all the words and a wanted severity, of long tables the first of it. */
function refresh(): void {
  const query = one<HTMLInputElement>('[data-search]')?.value ?? '';
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const hidden = new Set(
    all<HTMLInputElement>('[data-severity]')
      .filter(({ checked }) => !checked)
      .map(({ dataset }) => dataset.severity),
  );
  let found = 0;
  for (const [section, some] of rows) {
    const counts = new Map<Element | null, number>();
    let here = 0;
    const order = new Map<HTMLElement, number>();
    if (section.querySelector('table[data-long]') !== null)
      for (const [i, element] of all<HTMLElement>('[data-row]', section).entries()) order.set(element, i);
    const inOrder =
      order.size === 0
        ? some
        : [...some].sort((a, b) => (order.get(a.element) ?? 0) - (order.get(b.element) ?? 0));
    for (const { element, text, severity } of inOrder) {
      const fits = words.every((word) => text.includes(word)) && !hidden.has(severity ?? '-');
      const long = element.closest('table[data-long]');
      const before = counts.get(long) ?? 0;
      if (fits) counts.set(long, before + 1);
      if (fits) here++;
      element.hidden = !fits || before >= roomOf(long);
    }
    found += here;
    showSizes(section, here, some.length, words.length > 0 || hidden.size > 0);
    for (const button of all<HTMLButtonElement>('[data-all]', section)) {
      const table = section.querySelector('table[data-long]');
      const n = counts.get(table) ?? 0;
      button.hidden = n <= roomOf(table);
      button.textContent = `Show ${Math.min(n, roomOf(table) * STEP)} of ${n}`;
    }
  }
  const none = one<HTMLElement>('[data-none]');
  if (none !== null) none.hidden = found > 0 || words.length === 0;
  if (words.length > 0) say(`${found} found`);
}

function showSizes(section: HTMLElement, here: number, of: number, filtered: boolean): void {
  const size = section.querySelector<HTMLElement>('[data-size]');
  if (size === null || of === 0) return;
  size.dataset.total ??= size.textContent ?? '';
  size.textContent = filtered ? `${here} of ${of}` : size.dataset.total;
  section.classList.toggle('empty', filtered && here === 0);
}

function setUpSearch(): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const search = one<HTMLInputElement>('[data-search]');
  search?.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 80);
  });
  for (const box of all('[data-severity]')) box.addEventListener('change', refresh);
  for (const button of all('[data-all]')) {
    button.addEventListener('click', () => {
      const table = button.closest('section')?.querySelector('table[data-long]');
      if (table) asked.set(table, roomOf(table) * STEP);
      refresh();
    });
  }
  addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search?.focus();
  });
}

for (const element of all<HTMLElement>('[data-js]:not([data-none]):not([data-all])')) element.hidden = false;
setUpTheme();
setUpCopying();
setUpRows();
setUpSorting();
setUpSearch();
refresh();
