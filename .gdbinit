# `make gdb-server`, and then in this folder: gdb -x .gdbinit
# (or plain gdb, once ~/.config/gdb/gdbinit has: add-auto-load-safe-path /the/path/to/this/folder)
set confirm off
set pagination off
file build/mica.elf
source tools/gdb/mica.py
mica-images build/ntdll.dll build/*.exe build/guest/*.exe build/course/*.exe
target remote 127.0.0.1:1234
