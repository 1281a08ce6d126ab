# SPDX-License-Identifier: MIT
# Mica. `make help` lists the targets. Everything built is below build/.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

# --- settings; CI=true (set by every CI system) makes warnings errors; CHECKED=1 is a kernel that
# watches itself (guard bytes around pool, IRQL that goes the wrong way, what C leaves undefined, the
# stack), in build/checked; KASAN=1 one that looks at each access to pool, in build/kasan
BUILD   := build$(if $(KASAN),/kasan,$(if $(CHECKED),/checked))
CLANG   ?= clang
KCC     ?= $(CLANG)
NASM    ?= nasm
DLLTOOL ?= i686-w64-mingw32-dlltool
MEMORY  ?= 32
PROGRAM ?= build/hello.exe
PORT    ?= 1234
DISPLAY_MODE := $(filter window,$(DISPLAY))

# --- flags
WARN    := -Wall -Wextra -Wno-unused-command-line-argument -Wframe-larger-than=2048 -Wvla \
           -Wno-missing-field-initializers -Wno-unknown-warning-option -Wno-microsoft-anon-tag $(if $(CI),-Werror)
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
ifdef CHECKED
KFLAGS  += -DCHECKED -fsanitize=undefined -fno-sanitize-recover=all \
           -fno-sanitize=null,alignment,pointer-overflow,object-size \
           -fstack-protector-strong -mstack-protector-guard=global -Wno-frame-larger-than
endif
ifdef KASAN
KFLAGS  := $(subst i386-unknown-none-elf,i386-pc-linux-gnu,$(KFLAGS)) -DKASAN -fsanitize=kernel-address \
           -mllvm -asan-instrumentation-with-call-threshold=0 -mllvm -asan-stack=0 -mllvm -asan-globals=0
endif
# Ring 3: PE objects. Without MMX and SSE: the dispatchers keep out of the program's registers.
UFLAGS  := --target=i686-pc-windows-msvc $(COMMON) -fno-stack-protector           -Ikernel/include -Ikernel -Iuser/include -Intdll -mno-mmx -mno-sse
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
ifneq ($(shell ls user | grep '[[:space:]]'),)
$(error user/ has a file with a blank in its name: make cannot build that)
endif
PROGRAM_C := $(wildcard user/*.c)
GUEST_C   := $(wildcard tests/guest/*.c)
SHELL_C   := $(wildcard user/shell/*.c)
NTSD_C    := $(wildcard user/ntsd/*.c)
PROGRAMS  := $(PROGRAM_C:user/%.c=$(BUILD)/%.exe) $(BUILD)/shell.exe $(BUILD)/ntsd.exe
COURSE_C  := $(wildcard tests/course/*.c)
GUESTS    := $(GUEST_C:tests/guest/%.c=$(BUILD)/guest/%.exe) $(COURSE_C:tests/course/%.c=$(BUILD)/course/%.exe)
LIB_C     := $(wildcard user/lib/*.c)
LIB_A     := $(wildcard user/lib/*.asm)
LIB_O     := $(LIB_C:%.c=$(BUILD)/u/%.o) $(LIB_A:%.asm=$(BUILD)/u/%.asm.o)

PYTHON ?= /usr/bin/python3
MICA   := MICA_BUILD=$(BUILD) $(PYTHON) tools/mica

all: setup build ## build the kernel, ntdll and the programs

build: $(BUILD)/mica.elf $(BUILD)/ntdll.dll $(PROGRAMS)

run: setup$(if $(DISPLAY_MODE),-window) ## boot the ISO in this terminal (DISPLAY=window: a window)
	@$(MAKE) -s --no-print-directory build $(BUILD)/mica.iso
	@$(if $(DISPLAY_MODE),DISPLAY=$$(tr '\0' '\n' < /proc/$$PPID/environ | sed -n 's/^DISPLAY=//p')) \
	    $(MICA) boot $(if $(DISPLAY_MODE),--window) --memory $(MEMORY) $(BUILD)/mica.iso

test: setup-test ## prove everything (T=expression selects tests by name)
	@$(MAKE) -s --no-print-directory tests
	@cd tests && MICA_BUILD=$(BUILD) $(PYTHON) -m pytest -q -n 2 -p no:cacheprovider $(if $(T),-k '$(T)') || \
	    { s=$$?; [ $$s != 5 ] || echo "mica: no test has '$(T)' in its name" >&2; exit $$s; }

coverage: setup-coverage ## which lines the tests run: a table, lcov's file, a page (build/coverage)
	@$(MAKE) -s --no-print-directory tests
	@rm -rf $(BUILD)/coverage && mkdir -p $(BUILD)/coverage/logs
	@cd tests && MICA_COVERAGE=$(abspath $(BUILD))/coverage/logs $(PYTHON) -m pytest -q -n 2 -p no:cacheprovider $(if $(T),-k '$(T)')
	@$(PYTHON) tools/coverage.py --build $(BUILD) $(BUILD)/coverage && rm -rf $(BUILD)/coverage/logs

tests: build $(GUESTS) $(BUILD)/mica.iso ## build the tests' programs and the course, without running them

iso: setup ## build the bootable image, build/mica.iso
	@$(MAKE) -s --no-print-directory $(BUILD)/mica.iso

gdb-server: setup ## a machine that waits for `gdb -x .gdbinit` (PROGRAM=build/hello.exe, PORT=1234)
	@$(MAKE) -s --no-print-directory build
	@$(MICA) gdb-server --memory $(MEMORY) --port $(PORT) $(PROGRAM)

compile_commands: setup ## write compile_commands.json, for editors
	$(MAKE) -s -B -n build | $(PYTHON) tools/compile_commands.py > compile_commands.json

check: setup-test ## warnings as errors, with clang and with gcc
	$(MAKE) -s CI=1 BUILD=$(BUILD)/check-clang build
	$(MAKE) -s CI=1 BUILD=$(BUILD)/check-gcc KCC=gcc $(BUILD)/check-gcc/mica.elf

clean: ## remove everything built
	rm -rf $(BUILD) compile_commands.json

help: ## list the targets
	@sed -n 's/^\([a-z_-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 28

setup: ## install what building and running need
	@PYTHON=$(PYTHON) tools/setup.sh run
setup-test:
	@PYTHON=$(PYTHON) tools/setup.sh test
setup-coverage:
	@PYTHON=$(PYTHON) tools/setup.sh coverage
setup-window:
	@PYTHON=$(PYTHON) tools/setup.sh window

.PHONY: all build run test coverage tests iso gdb-server compile_commands check clean help setup setup-test setup-coverage setup-window

include tools/rules.mk
