/** What is left of a field whose text was sent: what was written in it since then is the next one. */
export const unsent = (now: string, sent: string) => (now.startsWith(sent) ? now.slice(sent.length).trimStart() : now)
