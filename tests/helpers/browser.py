"""Pages as Chromium shows them."""

import re
import shutil
import subprocess

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"

needs_browser = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")

# Images below the fold are loaded too.
COUNT_IMAGES = """<script>
const images = [...document.images], broken = []
Promise.all(images.map((image) => {
  image.loading = "eager"
  return image.decode().catch(() => broken.push(image.src))
})).then(() => document.documentElement.dataset.images = `${images.length} images, broken: ${broken}.`)
</script>"""


def rendered(html_path, *flags):
    """The page's HTML after its scripts have run. flags: of the browser, beside those that it always has."""
    command = [CHROMIUM, *FLAGS.split(), *flags, "--virtual-time-budget=3000", "--dump-dom", html_path.as_uri()]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300).stdout.decode()


def loaded_images(html_path):
    """How many images of a page without scripts are loaded, as '12 images, broken: .' with those that are not."""
    probe = html_path.with_name("probe.html")
    probe.write_text(html_path.read_text(encoding="utf-8").replace("</body>", COUNT_IMAGES + "</body>"), "utf-8")
    try:
        # Chromium's clock is virtual and does not wait for images to be decoded: on a busy machine it may be too early.
        for _ in range(10):
            counted = re.search('data-images="(.*?)"', rendered(probe))
            if counted:
                return counted.group(1)
        raise AssertionError("Chromium has not decoded the images of {}.".format(html_path))
    finally:
        probe.unlink()
