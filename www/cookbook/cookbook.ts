// The way into the demo: a link for each programme that this host has published a shop for.
async function offered(link: HTMLAnchorElement): Promise<void> {
  const answer = await fetch(`/v1/shops/${link.dataset['shop']}/programme`);
  const { programme } = (await answer.json()) as { programme?: object };
  link.hidden = !programme;
}

/** The demo plays the shop's back office, and only a Worker on this machine lets it. */
async function isLocal(): Promise<boolean> {
  const health = await fetch('/health');
  return health.ok && ((await health.json()) as { mode?: string }).mode === 'local';
}

try {
  if (await isLocal()) await Promise.all([...document.querySelectorAll<HTMLAnchorElement>('a[data-shop]')].map(offered));
} catch {
  // Without a Worker the page is for reading.
}

export {};
