// A camera and a microphone that the test holds in its hand: replaces getUserMedia before any page script runs.
//   __cam.show(base64)                one picture from now on
//   __cam.load(name, [base64, …])     keeps a film
//   __cam.play(name, {fps, loop})     shows it; without loop the last picture stays; resolves at its end
//   __cam.deny(true)                  the person says no: NotAllowedError
//   __cam.tone(hz)                    what the microphone hears; 0 is silence
// and __lines: every media connection the page opened, for their figures
(() => {
  const films = new Map();
  const voices = new Set();
  let picture = null;
  let playing = 0;
  let denied = false;
  let hz = 330;

  const decode = (base64) => createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
  const ideal = (constraint, otherwise) => constraint?.exact ?? constraint?.ideal ?? constraint?.max ?? otherwise;

  function draw(canvas, tick) {
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#3b4440";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    if (picture) {
      const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
      const [width, height] = [picture.width * scale, picture.height * scale];
      pen.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    }
    // One pixel that changes: a canvas that stands still sends no frames.
    pen.fillStyle = tick % 2 ? "#000" : "#010101";
    pen.fillRect(0, 0, 1, 1);
  }

  function film(video) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.min(ideal(video.width, 640), 1920);
    canvas.height = Math.min(ideal(video.height, 480), 1440);
    const track = canvas.captureStream(15).getVideoTracks()[0];
    let tick = 0;
    const timer = setInterval(() => (track.readyState === "ended" ? clearInterval(timer) : draw(canvas, tick++)), 66);
    draw(canvas, tick);
    return track;
  }

  function voice() {
    const context = new AudioContext();
    const tone = context.createOscillator();
    const loudness = context.createGain();
    const out = context.createMediaStreamDestination();
    tone.frequency.value = hz || 330;
    loudness.gain.value = hz ? 0.5 : 0;
    tone.connect(loudness).connect(out);
    tone.start();
    voices.add({ tone, loudness });
    return out.stream.getAudioTracks()[0];
  }

  async function show(base64) {
    playing++;
    picture = await decode(base64);
  }

  async function play(name, { fps = 15, loop = false } = {}) {
    const mine = ++playing;
    const frames = films.get(name);
    do {
      for (const frame of frames) {
        if (mine !== playing) return;
        picture = frame;
        await new Promise((next) => setTimeout(next, 1000 / fps));
      }
    } while (loop);
  }

  window.__cam = {
    show,
    play,
    load: async (name, pictures) => void films.set(name, await Promise.all(pictures.map(decode))),
    deny: (no) => void (denied = no),
    tone: (frequency) => {
      hz = frequency;
      for (const { tone, loudness } of voices) {
        tone.frequency.value = hz || 330;
        loudness.gain.value = hz ? 0.5 : 0;
      }
    },
  };

  window.__lines = [];
  const Plain = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor(...wanted) {
      super(...wanted);
      window.__lines.push(this);
    }
  };

  navigator.mediaDevices.getUserMedia = async ({ video, audio }) => {
    if (denied) throw new DOMException("Permission denied", "NotAllowedError");
    const tracks = [];
    if (video) tracks.push(film(video === true ? {} : video));
    if (audio) tracks.push(voice());
    return new MediaStream(tracks);
  };
  navigator.mediaDevices.enumerateDevices = async () =>
    [
      { kind: "videoinput", deviceId: "test-camera", label: "Test camera", groupId: "test" },
      { kind: "audioinput", deviceId: "test-microphone", label: "Test microphone", groupId: "test" },
      { kind: "audiooutput", deviceId: "test-speaker", label: "Test speaker", groupId: "test" },
    ].map((device) => ({ ...device, toJSON: () => device }));
})();
