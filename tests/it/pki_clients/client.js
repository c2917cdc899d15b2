// A client of Node's own TLS. Arguments: host, port, authorities. Each line of standard input is a case: version of TLS and path, then
// certificate and key where there are any. It connects twice, the second time with the session of the first where there was one, and
// writes a line for each connection: `refused CODE`, or `STATUS CODE-IN-THE-BODY full|resumed`.
const fs = require("fs");
const tls = require("tls");
const [, , host, port, ca] = process.argv;
const authorities = fs.readFileSync(ca);

function connect([version, path, cert, key], session) {
  return new Promise((done) => {
    const own = cert ? { cert: fs.readFileSync(cert), key: fs.readFileSync(key) } : {};
    const versions = { minVersion: "TLSv" + version, maxVersion: "TLSv" + version };
    let [heard, why, kept, resumed] = ["", "", undefined, false];
    const socket = tls.connect({ host, port, servername: "localhost", ca: authorities, session, ...versions, ...own });
    socket.setTimeout(20000, () => socket.destroy(new Error("timeout")));
    socket.on("secureConnect", () => {
      resumed = socket.isSessionReused();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    });
    socket.on("session", (session) => (kept = session));
    socket.on("data", (data) => (heard += data));
    socket.on("error", (error) => (why = error.code || error.message));
    socket.on("close", () => done({ told: told(heard, why, resumed), session: kept }));
  });
}

function told(heard, why, resumed) {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(heard);
  if (!status) return `refused ${why || "closed"}`;
  const code = /DMP-\d{4}/.exec(heard);
  return `${status[1]} ${code ? code[0] : "-"} ${resumed ? "resumed" : "full"}`;
}

(async () => {
  for await (const line of require("readline").createInterface({ input: process.stdin })) {
    const one = line.split(" ");
    const first = await connect(one);
    const second = await connect(one, first.session);
    process.stdout.write(`${first.told}\n${second.told}\n`);
  }
})();
