// Looks for a number with which the SHA-256 of a text begins with so many zero bits. Written out, as WebCrypto
// takes longer to be asked than to answer, and is missing where a paper's own network has no TLS.

const ROUNDS = 64;
const primes = [];
for (let n = 2; primes.length < ROUNDS; n += 1) {
  if (primes.every((prime) => n % prime)) primes.push(n);
}
const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const ADDED = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));

const turn = (x, bits) => (x >>> bits) | (x << (32 - bits));
const w = new Int32Array(ROUNDS);

function mix(state, bytes, offset) {
  for (let i = 0; i < 16; i += 1) {
    const at = offset + 4 * i;
    w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < ROUNDS; i += 1) {
    const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
    const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < ROUNDS; i += 1) {
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ADDED[i] + w[i]) | 0;
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

// The first 32 bits of the digest of an ASCII text.
function digestBegins(text) {
  const bytes = new Uint8Array((((text.length + 8) >> 6) + 1) << 6);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  bytes[text.length] = 0x80;
  new DataView(bytes.buffer).setUint32(bytes.length - 4, text.length * 8);
  const state = Int32Array.from(START);
  for (let offset = 0; offset < bytes.length; offset += 64) mix(state, bytes, offset);
  return state[0];
}

self.onmessage = ({ data: { text, bits } }) => {
  let number = 0;
  while (digestBegins(text + number) >>> (32 - bits) !== 0) number += 1;
  self.postMessage(String(number));
};
