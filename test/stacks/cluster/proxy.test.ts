import { clusterProxy, environmentProxy } from "#stacks/cluster/proxy";

const PROXIES = { HTTPS_PROXY: "http://secure.example.com:3128", HTTP_PROXY: "plain.example.com:3128" };

const through = (server: string, noProxy = ""): string | undefined =>
  environmentProxy(new URL(server), { ...PROXIES, NO_PROXY: noProxy })?.href;

test("the scheme of the server decides which variable holds; without a scheme a proxy is asked in the clear", () => {
  expect(through("https://github.com")).toBe("http://secure.example.com:3128/");
  expect(through("http://github.com")).toBe("http://plain.example.com:3128/");
});

test.each(["https://localhost:6443", "https://127.0.0.2", "https://[::1]:6443"])("%s is on this machine and needs no proxy", (server) => {
  expect(through(server)).toBeUndefined();
});

test.each([
  ["example.org", "https://example.org", "https://example.com"],
  ["example.org", "https://a.example.org", "https://notexample.org"],
  [".example.org", "https://a.example.org", "https://example.org"],
  ["example.org:8443", "https://example.org:8443", "https://example.org"],
  ["10.0.0.0/8", "https://10.1.2.3", "https://11.1.2.3"],
  ["a.test, *.b.test", "https://x.b.test", "https://b.test"],
])("NO_PROXY=%s covers %s and not %s", (noProxy, covered, other) => {
  expect(through(covered, noProxy)).toBeUndefined();
  expect(through(other, noProxy)).toBeDefined();
});

test("a variable or a proxy-url that is no address of a proxy is an error that does not repeat it", () => {
  expect(() => environmentProxy(new URL("https://github.com"), { HTTPS_PROXY: "ftp://user:secret@x" })).toThrow(
    /^HTTPS_PROXY is no URL of a proxy; set it to one of http, https or socks5, or unset it$/,
  );
  expect(() => clusterProxy("gopher://user:secret@x")).toThrow(/^its proxy-url is no URL of http, https or socks5$/);
});
