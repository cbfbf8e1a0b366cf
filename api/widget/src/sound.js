// A soft double tone for a new message, made on the spot: nothing to load.

const TONES = [
  { hertz: 660, at: 0 },
  { hertz: 880, at: 0.12 },
];
const SECONDS = 0.28;
const VOLUME = 0.08;
let context = null;

/** Play it, where the browser allows. */
export function chime() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  context = context || new Context();
  for (const { hertz, at } of TONES) {
    const start = context.currentTime + at;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(VOLUME, start);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + SECONDS);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + SECONDS);
  }
}
