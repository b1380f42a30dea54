"""nexus roofline: what a device can reach at most."""

import argparse
import json
import sys

import nexus
from nexus.commands.flags import find_device

DESCRIPTION = "Show peaks, bandwidth and ridge points of devices, and plot them."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    parser.add_argument("device", nargs="*", help="devices of this machine (cuda:0) or products (H100, MI300X ...)")
    parser.add_argument("--png", metavar="FILE", help="plot them to a file; needs matplotlib")
    parser.add_argument("--dtype", default="", help="plot the peaks of one element type only, such as fp32")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns the exit code."""
    rooflines = [nexus.roofline(find_device(name)) for name in options.device or [None]]
    if options.png:
        plot(rooflines, options.png, options.dtype)
    if options.json:
        json.dump([_plain(roofline) for roofline in rooflines], sys.stdout, indent=2)
        print()
        return 0
    for roofline in rooflines:
        print(f"{roofline.name}: {roofline.bandwidth / 1e9:.0f} GB/s")
        print(f"  {'unit':<14}{'elements':<24}{'Top/s':>10}{'ridge, op/B':>14}")
        for peak in roofline.peaks:
            elements = peak.input + (f" to {peak.accumulator}" if peak.accumulator else "")
            print(f"  {peak.unit:<14}{elements:<24}{peak.ops_per_second / 1e12:>10.1f}{peak.ridge:>14.1f}")
    return 0


def _plain(roofline: nexus.Roofline) -> dict[str, object]:
    peaks = [
        {key: getattr(peak, key) for key in ("unit", "input", "accumulator", "ops_per_second", "ridge")}
        for peak in roofline.peaks
    ]
    return {"name": roofline.name, "bandwidth": roofline.bandwidth, "peaks": peaks}


def plot(rooflines: list[nexus.Roofline], path: str, dtype: str = "") -> None:
    """Draws operations per second over intensity. Raises UnsupportedError without matplotlib."""
    try:
        import matplotlib as mpl
    except ImportError:
        raise nexus.UnsupportedError("a plot needs the package matplotlib: pip install 'nexus-device[plots]'") from None
    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 6), layout="constrained")
    for roofline in rooflines:
        chosen = [roofline.get_peak(dtype)] if dtype else _highest(roofline)
        for peak in chosen:
            intensities = [peak.ridge / 1000, peak.ridge, max(peak.ridge * 10, 1e4)]
            reached = [min(peak.ops_per_second, x * roofline.bandwidth) / 1e12 for x in intensities]
            axes.plot(intensities, reached, label=f"{roofline.name}: {peak.unit} {peak.input}")
            axes.plot([peak.ridge], [peak.ops_per_second / 1e12], "k.", markersize=5)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="intensity, operations per byte",
        ylabel="attainable, 10¹² operations per second",
    )
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend(fontsize="small")
    try:
        figure.savefig(path, format="png", dpi=150)
    except OSError as error:
        raise nexus.UnavailableError(f"cannot write '{path}': {error.strerror}") from error
    finally:
        pyplot.close(figure)


def _highest(roofline: nexus.Roofline) -> list[nexus.Peak]:
    """One roof for each unit and height: equal ones would hide each other."""
    chosen: dict[tuple[str, float], nexus.Peak] = {}
    for peak in roofline.peaks:
        chosen.setdefault((peak.unit, peak.ops_per_second), peak)
    return list(chosen.values())
