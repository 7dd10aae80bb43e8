/** Text of people and monitors may hold any address; only web pages become links. */
export function webAddress(text: string | null): string | null {
  if (!text || !/^https?:\/\/\S+$/i.test(text)) return null
  try {
    return new URL(text).href
  } catch {
    return null
  }
}

export interface Piece {
  text: string
  /** Where it leads, if it is a link. */
  href?: string
}

/** Up to what never stands in an address: Chinese goes on right behind one, with its own marks and without a space. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"`\\\u2000-\u206f\uff00-\uffef\p{scx=Han}]+/giu
const MARKS = new Set(".,;:!?'*")
const OPENING: Record<string, string> = { ')': '(', ']': '[', '}': '{' }

/** Marks that say that a text is more than one address, or would hide where it leads. */
const SENTENCE = /[，。；：！？、（）《》「」【】\u2000-\u206f]/

/** The text cut at its web addresses; together the pieces are the text again. */
export function cutAtLinks(text: string): Piece[] {
  // What is nothing but an address may hold Chinese and quotes, too.
  const whole = SENTENCE.test(text) || withoutTail(text) !== text ? null : webAddress(text)
  if (whole) return [{ text, href: whole }]
  const pieces: Piece[] = []
  let done = 0
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = withoutTail(found)
    const href = webAddress(address)
    if (!href) continue
    if (index > done) pieces.push({ text: text.slice(done, index) })
    pieces.push({ text: address, href })
    done = index + address.length
  }
  if (done < text.length) pieces.push({ text: text.slice(done) })
  return pieces
}

/** Without the marks of the sentence around it; a bracket that closes one of the address's own stays. */
function withoutTail(address: string): string {
  const count = (mark: string) => address.split(mark).length - 1
  const surplus = Object.fromEntries(Object.entries(OPENING).map(([close, open]) => [close, count(close) - count(open)]))
  let end = address.length
  for (; end; end--) {
    const mark = address[end - 1]!
    if (mark in OPENING ? surplus[mark]!-- <= 0 : !MARKS.has(mark)) break
  }
  return address.slice(0, end)
}
