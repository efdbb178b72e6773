"""Makes the pictures of the READMEs and of the walkthrough from the screenshots of `npm run e2e`. Needs Pillow.

The film shows a module that moves: the screenshots of one flow, each with a line that says what has been done.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CLIENT = Path(__file__).resolve().parents[1]
SHOTS = CLIENT / "e2e" / "artefacts"
IMAGES = CLIENT / "images"
REPOSITORY_IMAGES = CLIENT.parent / ".github"
FILM = (
    ("1-before", 1600, "Every import resolves."),
    (
        "2-importers-light-up",
        3200,
        "$ git mv shop/pricing/taxes.py shop/taxes.py     Its importers light up, open or not.",
    ),
    ("3-quick-fix", 3200, "One quick fix for all of them."),
    ("4-fixed", 2400, "Done."),
)
"""Screenshot, milliseconds, caption."""
STILLS = {
    "problems": ("squiggle-problems-quick-fix/problems", (0, 0, 1280, 800)),
    "quick-fix": ("squiggle-problems-quick-fix/quick-fix", (350, 30, 1280, 500)),
    "status": ("status-and-logs/status", (640, 700, 1280, 800)),
    "explain": ("explain-and-walkthrough/explain", (350, 30, 1280, 620)),
}
"""Screenshot, and what is cut out of it: left, top, right, bottom in the pixels of the page."""
SCALE = 1.5
"""Pixels of the screenshots for each pixel of the page: `deviceScaleFactor` of `e2e/host.mjs`."""
WIDTH = 1000
CAPTION_HEIGHT = 44


def frame(name: str, caption: str) -> Image.Image:
    """A screenshot with its caption below."""
    shot = Image.open(SHOTS / "a-module-moves" / f"{name}.png").convert("RGB")
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
    frames = [frame(name, caption) for name, _, caption in FILM]
    palette = common_palette(frames)
    first, *others = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in frames]
    first.save(
        REPOSITORY_IMAGES / "moved-module.gif",
        save_all=True,
        append_images=others,
        duration=[milliseconds for _, milliseconds, _ in FILM],
        loop=0,
        optimize=True,
    )


def stills() -> None:
    for name, (shot, box) in STILLS.items():
        picture = Image.open(SHOTS / f"{shot}.png").convert("RGB").crop(tuple(round(edge * SCALE) for edge in box))
        picture.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    stills()
    film()
