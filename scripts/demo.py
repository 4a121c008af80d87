"""Build the sample district and say where its results lie: `python3 scripts/demo.py`, nothing else needed."""

import argparse
import shutil
import subprocess
import sys
import webbrowser
from pathlib import Path

import setup_env
from setup_env import ROOT, TEXTS, say

# Names in ASCII: what is copied here is also opened by programs that stumble over others.
DEMO = ROOT / "demo" / "sample"


def main() -> int:
    """Set up, copy the sample, build it, tell the results; return the build's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", action="store_true", help="open the results in the browser / 完成后在浏览器中打开")
    parser.add_argument("--fresh", action="store_true", help="compute everything anew / 全部重新计算")
    options = parser.parse_args()
    python = setup_env.prepare("run")
    copy_sample(fresh=options.fresh)
    build = [str(python), "-m", "app.cli", "build", str(DEMO), *(["--fresh"] if options.fresh else [])]
    try:
        code = subprocess.run(build, cwd=ROOT, env=setup_env.child_env(), check=False).returncode  # noqa: S603 - own paths
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    if code:
        say("demo_failed", code=code)
        return code
    tell_results(DEMO / "out")
    if options.open:
        webbrowser.open((DEMO / "out" / "index.html").as_uri())
    return 0


def copy_sample(*, fresh: bool) -> None:
    """Copy layers/sample to demo/sample; the results of an earlier run stay, unless all is to be fresh."""
    if fresh and DEMO.exists():
        shutil.rmtree(DEMO)
    sample = ROOT / "layers" / "sample"
    if not sample.is_dir():
        setup_env.stop("no_file", path=sample)
    shutil.copytree(sample, DEMO, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__", "out"))
    say("demo_copy", folder=DEMO)


def tell_results(out: Path) -> None:
    """Print which results there are, and how to open and serve them."""
    print()
    say("demo_results", folder=out)
    for name, meaning in TEXTS["demo_files"].items():
        if (out / name).exists():
            print(f"  {name:16} {meaning}")
    print()
    say("demo_open", link=(out / "index.html").as_uri())
    print()
    say("demo_serve", command=f"{setup_env.BIN.relative_to(ROOT) / 'tongquan'} serve {DEMO.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
