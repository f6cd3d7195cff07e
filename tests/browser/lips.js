// Lips and sound: a camera and a microphone that clap, and an eye and an ear that note when they see and hear it.
// All times are milliseconds of the machine's clock, so that those of two pages can be compared.
(() => {
  const WIDTH = 640;
  const HEIGHT = 480;
  const FRAME_MS = 33;
  const CLAP_MS = 150;
  const LOUD = 0.1;
  const EAR = `registerProcessor("ear", class extends AudioWorkletProcessor {
    silent = 1000;
    process([[wave]]) {
      const at = wave ? wave.findIndex((sample) => Math.abs(sample) > ${LOUD}) : -1;
      if (at >= 0 && this.silent > 50) this.port.postMessage(currentTime + at / sampleRate);
      this.silent = at >= 0 ? 0 : this.silent + 1;
      return true;
    }
  });`;
  const now = () => performance.timeOrigin + performance.now();
  const kept = [];

  /** A stream that claps so often: a white picture and a tone in the same moment; `claps` has the moments. */
  function clapping(everyMs) {
    const claps = [];
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 1000 });
    const loudness = new GainNode(context, { gain: 0 });
    const out = new MediaStreamAudioDestinationNode(context);
    tone.connect(loudness).connect(out);
    tone.start();
    const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
    const pen = canvas.getContext("2d");
    const [track] = canvas.captureStream(0).getVideoTracks();
    let [next, due, lit, tick] = [performance.now() + everyMs, 0, 0, 0];
    const draw = (colour) => {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, WIDTH, HEIGHT);
      pen.fillStyle = "#777";
      pen.fillRect((tick++ * 13) % WIDTH, 400, 40, 40);
      track.requestFrame();
    };
    const look = () => {
      const at = performance.now();
      if (at >= next) {
        loudness.gain.setValueAtTime(0.8, context.currentTime);
        loudness.gain.setValueAtTime(0, context.currentTime + CLAP_MS / 1000);
        claps.push(now());
        [next, lit, due] = [next + everyMs, at + CLAP_MS, 0];
      }
      if (at >= due) {
        due = at + FRAME_MS;
        draw(at < lit ? "#fff" : "#222");
      }
    };
    setInterval(look, 4);
    kept.push(context, tone);
    return { stream: new MediaStream([track, ...out.stream.getAudioTracks()]), claps };
  }

  /** When a clap is heard. */
  async function heard(stream) {
    const claps = [];
    const context = new AudioContext();
    const player = Object.assign(new Audio(), { muted: true, srcObject: stream }); // else WebAudio gets nothing from afar
    player.play();
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([EAR], { type: "text/javascript" })));
    const ear = new AudioWorkletNode(context, "ear");
    const silence = new GainNode(context, { gain: 0 });
    context.createMediaStreamSource(stream).connect(ear).connect(silence).connect(context.destination);
    ear.port.addEventListener("message", ({ data }) => {
      const { contextTime, performanceTime } = context.getOutputTimestamp();
      claps.push(performance.timeOrigin + performanceTime + (data - contextTime) * 1000);
    });
    ear.port.start();
    kept.push(context, player, ear);
    return claps;
  }

  /** When a clap is seen. */
  function seen(stream) {
    const claps = [];
    const video = Object.assign(document.createElement("video"), { muted: true, width: 160, height: 120, srcObject: new MediaStream(stream.getVideoTracks()) });
    document.body.append(video);
    const canvas = Object.assign(document.createElement("canvas"), { width: 4, height: 4 });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    let white = true;
    const look = (_, { expectedDisplayTime }) => {
      pen.drawImage(video, 0, 0, 4, 4);
      const bright = pen.getImageData(2, 1, 1, 1).data[0] > 128;
      if (bright && !white) claps.push(performance.timeOrigin + expectedDisplayTime);
      white = bright;
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    video.play();
    return claps;
  }

  window.__lips = { clapping, heard, seen };
})();
