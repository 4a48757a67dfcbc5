"""Plots as SVG text: horizontal grouped bars, and ratios with their spread on a logarithmic axis. Pure."""
import math
from html import escape

COLOURS = {"hpc": "#2f81f7", "openssh": "#d4862a", "rclone": "#2da44e", "proftpd": "#a371f7",
           "vsftpd": "#cf222e", "proftpd-ftp": "#8250df", "pure-ftpd": "#1b7c83"}
OTHER = "#8b949e"
# The background is painted, so that the text is readable wherever the file is shown.
STYLE = """<style>
.bg{fill:#ffffff}.t{fill:#1f2328}.s{fill:#59636e}.g{stroke:#d1d9e0}.one{stroke:#59636e}.w{stroke-width:1.5}
text{font:12px system-ui,sans-serif}.h{font-size:15px;font-weight:600}.n{font-size:11px}
@media (prefers-color-scheme:dark){.bg{fill:#0d1117}.t{fill:#e6edf3}.s{fill:#9198a1}.g{stroke:#30363d}.one{stroke:#9198a1}}
</style>"""
WIDTH, LEFT, RIGHT, TOP = 900, 340, 90, 70


def colour(peer):
    return COLOURS.get(peer, OTHER)


def text(x, y, words, style="t", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">{escape(words)}</text>'


def document(height, title, subtitle, body):
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}" '
            f'role="img" aria-label="{escape(title)}">')
    return "\n".join([head, STYLE, f'<rect class="bg" width="{WIDTH}" height="{height:.0f}"/>',
                      text(16, 26, title, "t h"), text(16, 44, subtitle, "s n"), *body, "</svg>"]) + "\n"


def legend(peers):
    parts, x = [], 16
    for peer in peers:
        parts.append(f'<rect x="{x}" y="53" width="10" height="10" rx="2" fill="{colour(peer)}"/>')
        parts.append(text(x + 14, 62, peer, "s n"))
        x += 26 + 7 * len(peer)
    return parts


def nice_step(highest, wanted=5):
    """A step of 1, 2 or 5 times a power of ten that gives about `wanted` steps."""
    if highest <= 0:
        return 1.0
    raw = highest / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)


def log_ticks(low, high):
    """1, 2 and 5 times powers of ten from at most low to at least high."""
    ticks = [m * 10.0 ** e for e in range(-6, 7) for m in (1, 2, 5)]
    begin = max(i for i, t in enumerate(ticks) if t <= low * 1.0001)
    end = min(i for i, t in enumerate(ticks) if t >= high * 0.9999)
    return ticks[begin:end + 1]


def short(value):
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def bars(title, subtitle, peers, groups):
    """groups: (label, {peer: Spread}); a bar is the median, its whisker the lowest and the highest round."""
    highest = max((s.high for _, found in groups for s in found.values()), default=1.0)
    step = nice_step(highest)
    top = step * math.ceil(highest / step - 1e-9)
    scale = (WIDTH - LEFT - RIGHT) / top
    body, y, bar = legend(peers), TOP + 18, 13
    grid_at = len(body)
    for label, found in groups:
        shown = [p for p in peers if p in found]
        body.append(text(LEFT - 10, y + bar * len(shown) / 2 + 4, label, "t", "end"))
        for peer in shown:
            s = found[peer]
            body.append(f'<rect x="{LEFT}" y="{y:.1f}" width="{s.median * scale:.1f}" height="{bar - 2}" rx="2" fill="{colour(peer)}"/>')
            body.append(whisker(LEFT + s.low * scale, LEFT + s.high * scale, y + bar / 2 - 1, 'class="one w"'))
            body.append(text(LEFT + s.high * scale + 6, y + 10, short(s.median), "s n"))
            y += bar
        y += 12
    grid = []
    for i in range(round(top / step) + 1):
        x = LEFT + i * step * scale
        grid.append(f'<line class="g" x1="{x:.1f}" y1="{TOP + 10}" x2="{x:.1f}" y2="{y:.1f}"/>')
        grid.append(text(x, TOP + 6, short(i * step), "s n", "middle"))
    body[grid_at:grid_at] = grid
    return document(y + 12, title, subtitle, body)


def whisker(low, high, y, style):
    return f'<path {style} fill="none" d="M{low:.1f} {y - 3:.1f}v6M{low:.1f} {y:.1f}H{high:.1f}M{high:.1f} {y - 3:.1f}v6"/>'


def ratios(title, subtitle, peers, rows):
    """rows: (label, {peer: Spread}); a point per peer with its spread; 1 is drawn as a line."""
    spreads = [s for _, found in rows for s in found.values()]
    ticks = log_ticks(min([s.low for s in spreads] + [0.5]), max([s.high for s in spreads] + [2.0]))
    low, width = math.log10(ticks[0]), math.log10(ticks[-1] / ticks[0])

    def at(value):
        return LEFT + (math.log10(value) - low) / width * (WIDTH - LEFT - RIGHT)

    body, y, line = legend(peers), TOP + 22, 15
    grid_at = len(body)
    for label, found in rows:
        shown = [p for p in peers if p in found]
        body.append(text(LEFT - 10, y + line * (len(shown) - 1) / 2 + 4, label, "t", "end"))
        for peer in shown:
            s = found[peer]
            body.append(whisker(at(s.low), at(s.high), y, f'stroke="{colour(peer)}" stroke-width="1.5"'))
            body.append(f'<circle cx="{at(s.median):.1f}" cy="{y:.1f}" r="4" fill="{colour(peer)}"/>')
            body.append(text(WIDTH - RIGHT + 12, y + 4, short(s.median), "s n"))
            y += line
        y += 10
    grid = []
    for tick in ticks:
        kind = "one" if tick == 1 else "g"
        grid.append(f'<line class="{kind}" x1="{at(tick):.1f}" y1="{TOP + 10}" x2="{at(tick):.1f}" y2="{y:.1f}"/>')
        grid.append(text(at(tick), TOP + 6, short(tick), "s n", "middle"))
    body[grid_at:grid_at] = grid
    return document(y + 12, title, subtitle, body)
