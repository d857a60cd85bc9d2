// Loaded first into every process of a notebook's kernel (NODE_OPTIONS): names of other machines don't resolve, as on a
// machine without a network. So the notebooks show the same everywhere, and nothing is downloaded by a test.
const dns = require("node:dns");

const { lookup } = dns;

dns.lookup = (name, options, callback) => {
  if (["localhost", "127.0.0.1", "::1"].includes(name)) return lookup(name, options, callback);
  const done = typeof options === "function" ? options : callback;
  const error = Object.assign(new Error(`getaddrinfo EAI_AGAIN ${name}`), { code: "EAI_AGAIN", hostname: name });
  process.nextTick(done, error);
};
