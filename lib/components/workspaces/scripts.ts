/** The program around an editor: what its own idle stop cannot do. */

/**
 * Both editors end with 0 when nobody used them for a while, and a StatefulSet would start them again. So the program then scales its own StatefulSet to zero, as
 * `kubectl scale` does. Signals of the kubelet go to the editor. curl reads the header from its input: no process has the token among its arguments.
 */
export const STOP_WHEN_IDLE = `
account=/var/run/secrets/kubernetes.io/serviceaccount
stopped=
"$@" &
editor=$!
trap 'stopped=1; kill -TERM "$editor"' TERM INT
wait "$editor"
code=$?
if [ -n "$stopped" ]; then
  wait "$editor"
  exit 0
fi
[ "$code" -eq 0 ] || exit "$code"
echo "the editor has ended: scaling the workspace to zero"
printf 'Authorization: Bearer %s\\n' "$(cat "$account/token")" |
  curl -fsS --retry 5 --cacert "$account/ca.crt" -H @- -H 'Content-Type: application/merge-patch+json' -X PATCH \\
    -d '{"spec":{"replicas":0}}' "https://kubernetes.default.svc/apis/apps/v1/namespaces/$WORKSPACE_NAMESPACE/statefulsets/$WORKSPACE_NAME/scale" ||
  exit 1
sleep 3600 &
idle=$!
trap 'kill "$idle"; exit 0' TERM INT
wait
`.trimStart();
