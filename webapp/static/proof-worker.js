// Proof of work: finds a number with which the SHA-256 of a text begins with zero bits. Has its own SHA-256:
// a call of WebCrypto takes longer than the digest itself, and WebCrypto is missing without TLS.

const ROUNDS = 64;
const primes = [];
for (let n = 2; primes.length < ROUNDS; n += 1) {
  if (primes.every((prime) => n % prime)) primes.push(n);
}
const fractionBits = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
const INITIAL_HASH = Int32Array.from(primes.slice(0, 8), (prime) => fractionBits(Math.sqrt(prime)));
const ROUND_CONSTANTS = Int32Array.from(primes, (prime) => fractionBits(Math.cbrt(prime)));

const rotateRight = (x, bits) => (x >>> bits) | (x << (32 - bits));
const schedule = new Int32Array(ROUNDS);

function compress(state, bytes, offset) {
  for (let i = 0; i < 16; i += 1) {
    const start = offset + 4 * i;
    schedule[i] = (bytes[start] << 24) | (bytes[start + 1] << 16) | (bytes[start + 2] << 8) | bytes[start + 3];
  }
  for (let i = 16; i < ROUNDS; i += 1) {
    const s0 = rotateRight(schedule[i - 15], 7) ^ rotateRight(schedule[i - 15], 18) ^ (schedule[i - 15] >>> 3);
    const s1 = rotateRight(schedule[i - 2], 17) ^ rotateRight(schedule[i - 2], 19) ^ (schedule[i - 2] >>> 10);
    schedule[i] = (schedule[i - 16] + s0 + schedule[i - 7] + s1) | 0;
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
    const sigma1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
    const sigma0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
    const t1 = (h + sigma1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[i] + schedule[i]) | 0;
    const t2 = (sigma0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
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
function digestPrefix(text) {
  const bytes = new Uint8Array((((text.length + 8) >> 6) + 1) << 6);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  bytes[text.length] = 0x80;
  new DataView(bytes.buffer).setUint32(bytes.length - 4, text.length * 8);
  const state = Int32Array.from(INITIAL_HASH);
  for (let offset = 0; offset < bytes.length; offset += 64) compress(state, bytes, offset);
  return state[0];
}

self.onmessage = ({ data: { text, bits } }) => {
  let number = 0;
  while (digestPrefix(text + number) >>> (32 - bits) !== 0) number += 1;
  self.postMessage(String(number));
};
