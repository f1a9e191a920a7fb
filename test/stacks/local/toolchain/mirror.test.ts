import { mirrored } from "#stacks/local/toolchain/mirror";

const ARCHIVE = "https://dl.k8s.io/v1.34.2/kubernetes-server-linux-amd64.tar.gz";

test.each([undefined, ""])("without a setting (%j) a release comes from its own host", (setting) => {
  expect(mirrored(ARCHIVE, setting)).toEqual(new URL(ARCHIVE));
});

test.each([
  ["https://mirror.example.com", "https://mirror.example.com/dl.k8s.io/v1.34.2/kubernetes-server-linux-amd64.tar.gz"],
  ["http://10.0.0.1:8081/files/", "http://10.0.0.1:8081/files/dl.k8s.io/v1.34.2/kubernetes-server-linux-amd64.tar.gz"],
  [
    "https://me:secret@mirror.example.com/a",
    "https://me:secret@mirror.example.com/a/dl.k8s.io/v1.34.2/kubernetes-server-linux-amd64.tar.gz",
  ],
])("the mirror %s keeps the file below the name of its host", (setting, address) => {
  expect(String(mirrored(ARCHIVE, setting))).toBe(address);
});

test("nothing is downloaded where the mirror is off", () => {
  expect(mirrored(ARCHIVE, "off")).toBe("off");
});

test.each(["OFF", "mirror.example.com", "ftp://mirror.example.com", "/srv/mirror", "https://mirror.example.com/?token=x"])(
  "%s is no mirror, and the error does not repeat it: it may hold a secret",
  (setting) => {
    expect(() => mirrored(ARCHIVE, setting)).toThrow(
      'BEAMSTACK_IAC_TOOLCHAIN_MIRROR is neither an http or https address nor "off"; ' +
        "name the address below which the mirror keeps github.com and dl.k8s.io, or unset it",
    );
  },
);
