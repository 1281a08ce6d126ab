# SPDX-License-Identifier: MIT
# Mica. `make help` lists the targets. Everything built is below build/.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

# --- settings; CI=true (set by every CI system) makes warnings errors
BUILD   := build
CLANG   ?= clang
KCC     ?= $(CLANG)
NASM    ?= nasm
DLLTOOL ?= i686-w64-mingw32-dlltool
MEMORY  ?= 32
DISPLAY_MODE := $(filter window,$(DISPLAY))

# --- flags
WARN    := -Wall -Wextra -Wno-unused-command-line-argument -Wframe-larger-than=2048 -Wvla \
           -Wno-missing-field-initializers $(if $(CI),-Werror)
COMMON  := -std=gnu11 -ffreestanding -fno-builtin -fms-extensions -fno-omit-frame-pointer \
           -fno-strict-aliasing -gdwarf-4 -O2 -march=i586 $(WARN)
ifneq ($(findstring clang,$(KCC)),)
KTARGET := --target=i386-unknown-none-elf -mstack-alignment=4
else
KTARGET := -m32 -mpreferred-stack-boundary=2 -Wno-frame-address
endif
KFLAGS  := $(KTARGET) $(COMMON) -fno-pic -fno-pie -fshort-wchar -mgeneral-regs-only \
           -fno-asynchronous-unwind-tables -fno-stack-protector \
           -Ikernel/include -Ikernel -Ihal -Iboot
# Ring 3: PE objects. -mno-sse2 keeps the dispatchers' own code out of the program's registers.
UFLAGS  := --target=i686-pc-windows-msvc $(COMMON) -fno-stack-protector -Xclang -fno-pch-timestamp \
           -Ikernel/include -Ikernel -Iuser/include -Intdll -mno-mmx -mno-sse
UFLAGS  := $(filter-out -Xclang -fno-pch-timestamp,$(UFLAGS))
KNASM   := -f elf32 -g -F dwarf -Ikernel/include/ -Ikernel/trap/ -I$(BUILD)/
UNASM   := $(KNASM) -dRING3 -Intdll/
PELD    := ld -m i386pe --enable-stdcall-fixup --no-insert-timestamp -T tools/pe.ld

# --- kernel
KERNEL_C := $(wildcard boot/*.c hal/*.c kernel/*/*.c)
KERNEL_A := $(wildcard boot/*.asm kernel/*/*.asm)
KERNEL_O := $(KERNEL_C:%.c=$(BUILD)/k/%.o) $(KERNEL_A:%.asm=$(BUILD)/k/%.asm.o)

# --- ntdll: its own sources and rtl's, compiled a second time
NTDLL_C := $(wildcard ntdll/*.c kernel/rtl/*.c)
NTDLL_A := $(wildcard ntdll/*.asm kernel/rtl/*.asm)
NTDLL_O := $(NTDLL_C:%.c=$(BUILD)/u/%.o) $(NTDLL_A:%.asm=$(BUILD)/u/%.asm.o)

# --- programs: one .c file each in user/, and the guest tests
PROGRAM_C := $(wildcard user/*.c)
GUEST_C   := $(wildcard tests/guest/*.c)
PROGRAMS  := $(PROGRAM_C:user/%.c=$(BUILD)/%.exe)
GUESTS    := $(GUEST_C:tests/guest/%.c=$(BUILD)/guest/%.exe)
LIB_C     := $(wildcard user/lib/*.c)
LIB_A     := $(wildcard user/lib/*.asm)
LIB_O     := $(LIB_C:%.c=$(BUILD)/u/%.o) $(LIB_A:%.asm=$(BUILD)/u/%.asm.o)

all: setup-build $(BUILD)/mica.elf $(BUILD)/ntdll.dll $(PROGRAMS) ## build kernel, ntdll and programs

include tools/rules.mk
