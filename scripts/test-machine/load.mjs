// load.mjs URL RATE: sends GET requests at this rate per second until SIGTERM; prints a line for each request that
// failed, and at the end the number of requests, and of those that were sent again: a server, and a reload of HAProxy, may
// close an idle connection at the moment in which a request is sent on it, and every HTTP client repeats that GET once, on
// a new connection.
import http from 'node:http';

const [url, rate] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
let sent = 0;
let open = 0;
let repeated = 0;
const fail = (text) => console.log(`failed ${new Date().toISOString()} ${text}`);
const send = () => {
  sent++;
  open++;
  get(agent, true);
};
const get = (agent, repeatable) => {
  const request = http.get(url, { agent, timeout: 5000 }, (response) => {
    response.resume().on('close', () => {
      open--;
      if (response.statusCode !== 200 || !response.complete) fail(`status ${response.statusCode}, complete ${response.complete}`);
    });
  });
  request.on('timeout', () => request.destroy(new Error('timed out after 5 s')));
  request.on('error', (error) => {
    if (repeatable && request.reusedSocket && error.code === 'ECONNRESET') {
      repeated++;
      return get(false, false);
    }
    open--;
    fail(error.code ?? error.message);
  });
};
const timer = setInterval(send, 1000 / Number(rate));
process.on('SIGTERM', () => {
  clearInterval(timer);
  const end = () => {
    if (open > 0) return setTimeout(end, 20);
    console.log(`sent ${sent} repeated ${repeated}`);
    process.exit();
  };
  end();
});
