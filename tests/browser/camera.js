// A camera and a microphone that the test holds in its hand: replaces getUserMedia before any page script runs.
//   __cam.show(base64, facing)        one picture from now on; facing "environment": before the other camera
//   __cam.cameras(2)                  a phone with a camera on either side
//   __cam.take("video")               the system takes the camera ("audio": the microphone) away: muted, like iOS
//   __cam.free()                      it may be had again, by asking anew
//   __cam.unplug("video")             its plug is pulled
//   __cam.plug()                      and put back
//   __cam.load(name, [base64, …])     keeps a film
//   __cam.play(name, {fps, loop})     shows it; without loop the last picture stays; resolves at its end
//   __cam.deny(true)                  the person says no: NotAllowedError
//   __cam.tone(hz)                    what the microphone hears; 0 is silence
// and __lines: every media connection the page opened, for their figures
(() => {
  const films = new Map();
  const voices = new Set();
  const open = new Set();
  const unplugged = new Set();
  const taken = new Set();
  let cameras = 1;
  let picture = null;
  let behind = null;
  let playing = 0;
  let filming = false;
  let changed = 0;
  let denied = false;
  let hz = 330;

  const decode = (base64) => createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
  const ideal = (constraint, otherwise) => constraint?.exact ?? constraint?.ideal ?? constraint?.max ?? otherwise;

  function draw(canvas, tick, picture) {
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
    // In a call it gives less than it is asked for, as modest cameras do: pictures are coded by the processor here.
    const fine = ideal(video.width, 640) > 1280;
    canvas.width = fine ? 1920 : 640;
    canvas.height = fine ? Math.min(ideal(video.height, 480), 1440) : 480;
    const track = canvas.captureStream(15).getVideoTracks()[0];
    const facingMode = cameras > 1 ? ideal(video.facingMode, "user") : undefined;
    track.applyConstraints = async ({ width, height }) => {
      canvas.width = Math.min(ideal(width, canvas.width), 1920);
      canvas.height = Math.min(ideal(height, canvas.height), 1440);
      draw(canvas, tick, seen());
    };
    const plain = track.getSettings.bind(track);
    track.getSettings = () => ({ ...plain(), ...(facingMode ? { facingMode } : {}) });
    const seen = () => (facingMode === "environment" ? (behind ?? picture) : picture);
    let tick = 0;
    // A picture that has stood for a second is shown five times a second: coding it is most of what these tests cost.
    const timer = setInterval(() => {
      tick++;
      if (track.readyState === "ended") clearInterval(timer);
      else if (!track.muted && (filming || performance.now() - changed < 1000 || tick % 3 === 0)) draw(canvas, tick, seen());
    }, 66);
    draw(canvas, tick, seen());
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

  async function show(base64, facing = "user") {
    playing++;
    filming = false;
    const shown = await decode(base64);
    if (facing === "environment") behind = shown;
    else picture = shown;
    changed = performance.now();
  }

  // The system's act, not the page's: `muted` is read-only, and stop() fires no event.
  function take(kind) {
    taken.add(kind);
    for (const track of open) {
      if (track.kind !== kind || track.readyState === "ended") continue;
      Object.defineProperty(track, "muted", { value: true });
      track.dispatchEvent(new Event("mute"));
    }
  }

  function unplug(kind) {
    unplugged.add(kind);
    for (const track of open) {
      if (track.kind !== kind || track.readyState === "ended") continue;
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  }

  function plug() {
    unplugged.clear();
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  }

  async function play(name, { fps = 15, loop = false } = {}) {
    const mine = ++playing;
    const frames = films.get(name);
    filming = true;
    do {
      for (const frame of frames) {
        if (mine !== playing) return;
        picture = frame;
        await new Promise((next) => setTimeout(next, 1000 / fps));
      }
    } while (loop);
    filming = false;
  }

  window.__cam = {
    show,
    play,
    load: async (name, pictures) => void films.set(name, await Promise.all(pictures.map(decode))),
    take,
    free: () => taken.clear(),
    unplug,
    plug,
    cameras: (many) => void (cameras = many),
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
    if (video && taken.has("video")) throw new DOMException("In use", "NotReadableError");
    if ((video && unplugged.has("video")) || (audio && unplugged.has("audio"))) throw new DOMException("Not found", "NotFoundError");
    const tracks = [];
    if (video) tracks.push(film(video === true ? {} : video));
    if (audio) tracks.push(voice());
    for (const track of tracks) open.add(track);
    return new MediaStream(tracks);
  };
  navigator.mediaDevices.enumerateDevices = async () =>
    [
      ...(unplugged.has("video") ? [] : [{ kind: "videoinput", deviceId: "test-camera", label: "Test camera", groupId: "test" }]),
      ...(cameras > 1 ? [{ kind: "videoinput", deviceId: "test-camera-2", label: "Test camera, back", groupId: "test" }] : []),
      ...(unplugged.has("audio") ? [] : [{ kind: "audioinput", deviceId: "test-microphone", label: "Test microphone", groupId: "test" }]),
      { kind: "audiooutput", deviceId: "test-speaker", label: "Test speaker", groupId: "test" },
    ].map((device) => ({ ...device, toJSON: () => device }));
})();
