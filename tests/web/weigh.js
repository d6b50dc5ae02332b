// What pages take from the wire, as the browser counts it (headers too), and whether that is within what was promised
// to people on slow lines.

const { pause } = require('./stage');

/** Of a page with all that it needs, for whoever has nothing of it yet; fonts aside. */
const FIRST_LOAD = 60 * 1024;
/** Of every page after it. */
const NEXT_PAGE = 15 * 1024;

/** Files of the program: browsers keep them for a year. */
const FILE = /\/a\/\w+\/[\w.]+/;

/** What the files weigh, by path: their names change with what is in them, so this holds for every node. */
const files = new Map();

/** The scale under one browser page. */
class Scale {
  static async under(page) {
    const scale = new Scale();
    scale.page = page;
    scale.requests = new Map();
    scale.loads = new Map();
    scale.kept = new Set();
    const devtools = await page.context().newCDPSession(page);
    devtools.on('Network.requestWillBeSent', (event) => scale.asked(event));
    devtools.on('Network.loadingFinished', (event) => scale.came(event));
    await devtools.send('Network.enable');
    return scale;
  }

  asked({ requestId, loaderId, request, type, redirectResponse }) {
    const file = request.url.match(FILE)?.[0];
    this.requests.set(requestId, { loaderId, file, type });
    if (!this.loads.has(loaderId)) this.loads.set(loaderId, { path: new URL(request.url).pathname, bytes: 0 });
    // A page after a redirect has the same load: the way to it counts.
    if (redirectResponse) this.loads.get(loaderId).bytes += redirectResponse.encodedDataLength;
  }

  came({ requestId, encodedDataLength: bytes }) {
    const request = this.requests.get(requestId);
    if (!request || request.type === 'Font') return;
    const { loaderId, file } = request;
    if (file && bytes > 0) files.set(file, bytes);
    // The first time that this browser needs a file it takes it; once more would mean that it was not kept.
    const taken = file && !this.kept.has(file);
    if (file) this.kept.add(file);
    if (!taken && this.loads.has(loaderId)) this.loads.get(loaderId).bytes += bytes;
  }

  /** What is too heavy of all that was loaded since the last time, and of the page that is there now. */
  async faults() {
    const named = await this.page.content();
    const needed = new Set(named.match(new RegExp(FILE, 'g')));
    for (const file of needed) await this.weigh(file);
    const loads = [...this.loads.values()].filter((load) => load.bytes > 0);
    this.loads.clear();
    this.requests.clear();
    const first = (loads.at(-1)?.bytes ?? 0) + [...needed].reduce((sum, file) => sum + files.get(file), 0);
    return { wrong: tooHeavy(loads, first), largest: Math.max(0, ...loads.map((load) => load.bytes)), first };
  }

  /** A file that this browser does not ask for by itself: one without a window wants no favicon. */
  async weigh(file) {
    if (files.has(file)) return;
    await this.page.evaluate((url) => fetch(url, { cache: 'reload' }).then((answer) => answer.arrayBuffer()), file);
    for (let turns = 0; !files.has(file); turns += 1) {
      if (turns === 50) throw new Error(`nobody weighed ${file}`);
      await pause(20);
    }
  }
}

/** What breaks the promise; empty if nothing does, and wrong if nothing was weighed. */
function tooHeavy(loads, first) {
  const wrong = loads.filter((load) => load.bytes > NEXT_PAGE).map((load) => `${load.path} takes ${load.bytes} bytes`);
  if (first > FIRST_LOAD) wrong.push(`takes ${first} bytes with all that it needs`);
  if (loads.length === 0) wrong.push('nothing was weighed');
  return wrong;
}

module.exports = { Scale };
