"""PNG files as WebP, where that is smaller: for pages that hold their images."""

import io

import PIL.features
import PIL.Image

# The format has no wider or higher ones.
LONGEST_SIDE = 16383
# How much work is put into it: beyond this, twice the time saves a hundredth.
METHOD = 3
QUALITY = 80


def smaller(content, lossy=False):
    """The content of an image file, of a PNG's: its kind, 'png' or 'webp', and its bytes.

    lossy: of photographs, or what is like them; else all pixels that can be seen stay as they are.
    """
    with PIL.Image.open(io.BytesIO(content)) as image:
        if max(image.size) > LONGEST_SIDE or not PIL.features.check("webp"):
            return "png", content
        shown = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
    file = io.BytesIO()
    how = {"quality": QUALITY} if lossy else {"lossless": True, "quality": 50}
    shown.save(file, format="WEBP", method=METHOD, **how)
    made = file.getvalue()
    return ("webp", made) if len(made) < len(content) else ("png", content)
