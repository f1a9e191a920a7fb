/** The program that fetches a model: it runs in the image of KServe's storage initializer, which has the official clients of all sources. */

/**
 * Fetches into `incoming`, verifies, and only then renames to `model`, so that nobody reads half a model; a second run finds the first one's. KServe's own
 * entry point fetches whole repositories and verifies nothing. Sources: huggingface_hub, `hf_hub_download`; safetensors, "Format"; GGUF specification; pickle
 * protocols 2 to 5 begin with 0x80, and files of `torch.save` and joblib are zip archives.
 */
export const FETCH_MODEL = `
import hashlib, json, os, shutil, sys
from pathlib import Path

root = Path(os.environ["MODEL_ROOT"])
incoming, model = root / "incoming", root / "model"
files = json.loads(os.environ["MODEL_FILES"])
source = json.loads(os.environ["MODEL_SOURCE"])
target = json.loads(os.environ["MODEL_TARGET"])


def s3(public):
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config
    return boto3.client("s3", config=Config(signature_version=UNSIGNED) if public else None)


def gcs(public):
    from google.cloud import storage
    return storage.Client.create_anonymous_client() if public else storage.Client()


def azure(location, public):
    from azure.identity import DefaultAzureCredential
    from azure.storage.blob import ContainerClient
    key = os.environ.get("AZURE_STORAGE_KEY")
    credential = None if public else key or DefaultAzureCredential()
    return ContainerClient(f"https://{location['account']}.blob.core.windows.net", location["bucket"], credential)


def get_object(location, key, path):
    if location["api"] == "s3":
        s3(location["public"]).download_file(location["bucket"], key, str(path))
    elif location["api"] == "gcs":
        gcs(location["public"]).bucket(location["bucket"]).blob(key).download_to_filename(str(path))
    else:
        with open(path, "wb") as file:
            azure(location, location["public"]).download_blob(key).readinto(file)


def put_object(location, path, key):
    if location["api"] == "s3":
        s3(False).upload_file(str(path), location["bucket"], key)
    elif location["api"] == "gcs":
        gcs(False).bucket(location["bucket"]).blob(key).upload_from_filename(str(path))
    else:
        with open(path, "rb") as file:
            azure(location, False).upload_blob(key, file, overwrite=True)


def fetch(name):
    path = incoming / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if source["type"] == "hugging-face":
        from huggingface_hub import hf_hub_download
        hf_hub_download(source["repository"], name, revision=source["revision"], local_dir=incoming)
    elif source["type"] == "bucket":
        get_object(source["location"], source["folder"] + name, path)


def digest(path):
    with open(path, "rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def wrong(name, path, expected):
    if not path.is_file():
        return f"{name}: the source has no such file"
    found = digest(path)
    if found != expected:
        return f"{name}: expected {expected}, found {found}"
    size = path.stat().st_size
    with open(path, "rb") as file:
        head = file.read(9)
    if (head[:1] == b"\\x80" and head[1:2] in (b"\\x02", b"\\x03", b"\\x04", b"\\x05")) or head[:4] == b"PK\\x03\\x04":
        return f"{name}: a pickle or an archive of pickles, which executes code when it is loaded"
    if name.endswith(".gguf") and head[:4] != b"GGUF":
        return f"{name}: no GGUF file"
    if name.endswith(".safetensors") and not (int.from_bytes(head[:8], "little") + 8 <= size and head[8:] == b"{"):
        return f"{name}: no safetensors file"


def is_complete(folder):
    return all((folder / name).is_file() and digest(folder / name) == expected for name, expected in files.items())


if model.exists() and is_complete(model):
    shutil.rmtree(incoming, ignore_errors=True)
    print("the model is there and complete")
elif model.exists():
    # The next try fetches it again.
    shutil.rmtree(model)
    sys.exit("the files of the volume were damaged")
else:
    for name in files:
        print("fetching", name, flush=True)
        fetch(name)
    problems = [found for name, expected in files.items() if (found := wrong(name, incoming / name, expected))]
    if problems:
        # A file that failed would be taken for a finished download by the next try.
        shutil.rmtree(incoming)
        sys.exit("\\n".join(problems))
    for path in sorted(incoming.rglob("*"), reverse=True):
        relative = str(path.relative_to(incoming))
        if path.is_file() and relative not in files:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    incoming.rename(model)
    print("verified", len(files), "files")

if target["type"] == "bucket":
    for name in files:
        put_object(target["location"], model / name, target["folder"] + name)
    print("uploaded", len(files), "files")
`.trimStart();
