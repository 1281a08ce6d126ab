#!/bin/sh
# SPDX-License-Identifier: MIT
# Sets the machine up: setup.sh run|test|coverage|window. Quiet when all is there. On Debian and its kin, as
# root or with sudo that asks nothing, it installs what is missing; else it says how and stops.
set -u

RUN_PACKAGES="clang nasm binutils binutils-mingw-w64-i686 qemu-system-x86 qemu-utils grub-common grub-pc-bin xorriso mtools python3 gdb"
TEST_PACKAGES="python3-pytest python3-pytest-xdist clang-format gcc libc6-dev gcc-multilib gcc-mingw-w64-i686-win32 chromium chromium-driver python3-selenium"
python=${PYTHON:-/usr/bin/python3}
missing=

need() { # need PACKAGE test-command...
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
links_pe() { ld -V | grep -q '^ *i386pe$'; }
clang_version() { clang -dumpversion 2>/dev/null | sed 's/\..*//;s/^$/0/' | grep . || echo 0; }
has_newer_clang() {
    own=$(clang_version)
    for file in /usr/bin/clang-[0-9]*; do
        version=${file#/usr/bin/clang-}
        case $version in *[!0-9]*) ;; *) [ "$version" -gt "$own" ] && return 0 ;; esac
    done
    return 1
}
makes_32_bit() { printf 'int main(void){return 0;}' | gcc -m32 -x c - -o /dev/null; }

check_run() {
    need clang clang --version
    need nasm nasm -v
    need binutils links_pe
    need binutils-mingw-w64-i686 i686-w64-mingw32-dlltool --version
    need qemu-system-x86 qemu-system-i386 --version
    need qemu-utils qemu-img --version
    need grub-common grub-mkrescue --version
    need grub-pc-bin test -e /usr/lib/grub/i386-pc/multiboot.mod
    need xorriso xorriso -version
    need mtools mtools --version
    need python3 "$python" --version
    need gdb gdb --version
}
newest_clang() { # of the versions that are packaged; "" where apt does not say
    apt-cache search --names-only '^clang-[0-9]+$' 2>/dev/null | sed 's/ .*//' | sort -t- -k2n | tail -n 1
}
newest= # package of a clang newer than plain clang is, when one is packaged and none installed
need_newest_clang() {
    newest=
    has_newer_clang && return
    name=$(newest_clang)
    if [ -n "$name" ] && [ "${name#clang-}" -gt "$(clang_version)" ]; then
        newest=$name
        missing="$missing $name"
    fi
}
check_test() {
    need_newest_clang
    need python3-pytest "$python" -c 'import pytest'
    need python3-pytest-xdist "$python" -c 'import xdist'
    need clang-format clang-format --version
    need gcc gcc --version
    need gcc-multilib makes_32_bit
    need gcc-mingw-w64-i686-win32 i686-w64-mingw32-gcc --version
    need chromium chromium --version
    need chromium-driver chromedriver --version
    need python3-selenium "$python" -c 'import selenium'
}
check() {
    missing=
    check_run
    case $what in
    test) check_test ;;
    coverage) check_test; need lcov genhtml --version ;;
    window) need qemu-system-gui test -e /usr/lib/*/qemu/ui-gtk.so ;;
    esac
}

what=${1:-run}
case $what in
run | test | coverage | window) ;;
*) echo "usage: $0 run|test|coverage|window" >&2; exit 2 ;;
esac
check
[ -z "$missing" ] && exit 0

case $what in
test) packages="$RUN_PACKAGES $TEST_PACKAGES" ;;
coverage) packages="$RUN_PACKAGES $TEST_PACKAGES lcov" ;;
window) packages="$RUN_PACKAGES qemu-system-gui" ;;
*) packages=$RUN_PACKAGES ;;
esac
install="apt-get install -y --no-install-recommends $packages $newest"

cannot() {
    echo "mica: these packages are missing:$missing" >&2
    echo "mica: $1. To install all that is needed on Debian or Ubuntu, run" >&2
    echo "    sudo sh -c 'apt-get update && $install'" >&2
    exit 1
}
command -v apt-get >/dev/null || cannot "this is not Debian or one of its kin"
sudo=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null || cannot "installing needs root or sudo"
    sudo="sudo -n"
fi

echo "mica: installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
{
    $sudo apt-get update || echo "(some package lists could not be read)"
    [ "$what" = test ] && [ -z "$newest" ] && need_newest_clang # the lists may say more now
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages $newest
} >"$log" 2>&1
check
if [ -n "$missing" ]; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    cannot "apt-get could not install them"
fi
rm -f "$log"
