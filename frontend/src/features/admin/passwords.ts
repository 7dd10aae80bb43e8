/** Without 0/O, 1/l/I: it may be read out over the phone. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const GROUPS = 4
const GROUP = 5

export const SHORTEST = 8

/** Four groups of five: about 115 bits. */
export function generatePassword(): string {
  const letters = Array.from({ length: GROUPS * GROUP }, randomLetter).join('')
  return letters.match(/.{5}/g)!.join('-')
}

/** Bytes past the last whole round of the alphabet are thrown away, or its first letters would come more often. */
function randomLetter(): string {
  const whole = 256 - (256 % LETTERS.length)
  for (;;) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1))
    if (byte! < whole) return LETTERS[byte! % LETTERS.length]!
  }
}
