"""Makes the pictures of the READMEs and of the walkthrough, from what `e2e/stills.mjs` and `e2e/film.mjs` have taken.

Needs Pillow.
"""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CLIENT = Path(__file__).resolve().parents[1]
SHOTS = CLIENT / "e2e" / "artefacts"
IMAGES = CLIENT / "images"
REPOSITORY_IMAGES = CLIENT.parent / ".github"
STILLS = ("problems", "quick-fix", "status", "explain")
WIDTH = 960
CAPTION_HEIGHT = 44


def frame(name: str, caption: str) -> Image.Image:
    """A screenshot of the film with its caption below."""
    shot = Image.open(SHOTS / "film" / f"{name}.png").convert("RGB")
    shot = shot.resize((WIDTH, round(shot.height * WIDTH / shot.width)), Image.Resampling.LANCZOS)
    picture = Image.new("RGB", (WIDTH, shot.height + CAPTION_HEIGHT), "#12324a")
    picture.paste(shot, (0, 0))
    font = ImageFont.truetype("DejaVuSans.ttf", 19)
    ImageDraw.Draw(picture).text((18, shot.height + 10), caption, fill="#ffd43b", font=font)
    return picture


def common_palette(frames: list[Image.Image]) -> Image.Image:
    """256 colours for all frames, so that what does not move keeps its own: the most frequent, and some of all the others.

    The first alone would lose the red of the small squiggles; the others alone would tint the backgrounds.
    """
    width, height = frames[0].size
    together = Image.new("RGB", (width, height * len(frames)))
    for index, picture in enumerate(frames):
        together.paste(picture, (0, index * height))
    counted = sorted(together.getcolors(width * height * len(frames)), reverse=True)
    frequent = [channel for _, colour in counted[:176] for channel in colour]
    others = together.quantize(colors=80, method=Image.Quantize.MAXCOVERAGE).getpalette()[: 3 * 80]
    palette = Image.new("P", (1, 1))
    palette.putpalette(frequent + others)
    return palette


def film() -> None:
    """Make one animated picture of the film's scenes."""
    scenes = json.loads((SHOTS / "film" / "film.json").read_text(encoding="utf-8"))
    frames = [frame(scene["name"], scene["caption"]) for scene in scenes]
    palette = common_palette(frames)
    first, *others = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in frames]
    first.save(
        REPOSITORY_IMAGES / "moved-module.gif",
        save_all=True,
        append_images=others,
        duration=[scene["milliseconds"] for scene in scenes],
        loop=0,
        optimize=True,
    )


def stills() -> None:
    for name in STILLS:
        Image.open(SHOTS / "stills" / f"{name}.png").convert("RGB").save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    stills()
    film()
