// Opens the ballot page without a network, over https and on this computer. The server puts VERSION (a digest of the
// files) and FILES (their addresses) in front. Only GETs are ever answered here; a ballot goes straight to the server.

const CACHE = `ballot-${VERSION}`;
const PATIENCE_MS = 6000;

async function keepFiles() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((address) => new Request(address, { cache: "no-cache" })));
}

// Only a ballot page is worth keeping; who has cast a ballot is led to the receipt instead, and the copy goes.
async function keepPage(request, response) {
  const cache = await caches.open(CACHE);
  if (response.redirected || response.type === "opaqueredirect") await cache.delete(request);
  else if (response.ok && (await response.clone().text()).includes('<form id="ballot"')) await cache.put(request, response.clone());
}

// The page that installs this worker was loaded before it, so it is fetched once more to be kept.
async function keepOpenPages() {
  for (const { url } of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
    if (!isPage(new URL(url))) continue;
    const request = new Request(url);
    await fetch(request).then((response) => keepPage(request, response)).catch(() => {});
  }
}

// Files of an earlier version go; its pages stay until the network brings newer ones.
async function dropOldCaches() {
  const cache = await caches.open(CACHE);
  for (const name of (await caches.keys()).filter((each) => each.startsWith("ballot-") && each !== CACHE)) {
    const former = await caches.open(name);
    for (const request of await former.keys()) {
      if (isPage(new URL(request.url)) && !(await cache.match(request))) await cache.put(request, await former.match(request));
    }
    await caches.delete(name);
  }
}

function isPage({ origin, pathname }) {
  return origin === self.location.origin && /^\/meet\/[^/]+$/.test(pathname);
}

function isFile({ origin, pathname }) {
  return origin === self.location.origin && FILES.includes(pathname);
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? (await cache.match(request, { ignoreSearch: true }));
}

// The network first, because voting may have moved on; the kept copy when it is silent for too long.
async function answer(request, asked) {
  const copy = await kept(request);
  if (!copy) return asked;
  const silence = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, copy));
  return Promise.race([asked.catch(() => copy), silence]);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepFiles());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim().then(keepOpenPages).then(dropOldCaches));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const isPageRequest = request.mode === "navigate" && isPage(address);
  if (request.method !== "GET" || !(isPageRequest || isFile(address))) return;
  const asked = fetch(request);
  const copied = asked.then((response) => response.clone());
  event.waitUntil(copied.then((response) => isPageRequest && keepPage(request, response)).catch(() => {}));
  event.respondWith(answer(request, copied.then(() => asked)));
});
