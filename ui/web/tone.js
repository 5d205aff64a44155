// The tone that calls somebody back. It is made here and needs no file, so the
// policy of the page stays as narrow as it is.

const call = [[0, 880], [0.22, 659], [0.6, 880], [0.82, 659]]; // seconds, Hz
const long = 0.18; // seconds of one of its notes
const loud = 0.5;
const soft = 0.0001; // a ramp by ratios does not reach zero

// makeTone gives what is told each View. A View that is shown again, in another
// language or after a touch, does not sound again.
export function makeTone() {
  let heard = "";
  return ({ page, alert }) => {
    const number = `${page}.${alert}`;
    if (!alert || number === heard) return;
    heard = number;
    if (navigator.userActivation.hasBeenActive) sound(); // else the browser would refuse
  };
}

function sound() {
  const audio = new AudioContext();
  const notes = call.map(([from, pitch]) => note(audio, audio.currentTime + from, pitch));
  notes.at(-1).onended = () => audio.close();
}

function note(audio, from, pitch) {
  const [voice, volume] = [audio.createOscillator(), audio.createGain()];
  voice.frequency.value = pitch;
  volume.gain.setValueAtTime(loud, from);
  volume.gain.exponentialRampToValueAtTime(soft, from + long);
  voice.connect(volume).connect(audio.destination);
  voice.start(from);
  voice.stop(from + long);
  return voice;
}
