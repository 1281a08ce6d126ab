# SPDX-License-Identifier: MIT
# How each kind of file is made.

$(BUILD)/offsets.inc: tools/offsets.c $(wildcard kernel/include/nt/*.h kernel/i386/*.h kernel/ke/*.h)
	@mkdir -p $(@D)
	$(KCC) $(KFLAGS) -S -o - $< | sed -n 's/.*->\([A-Za-z0-9_]*\) \(-\{0,1\}[0-9]*\).*/%define \1 \2/p' > $@

$(BUILD)/services.inc: kernel/include/nt/services.def
	@mkdir -p $(@D)
	sed -n 's/^SERVICE(\([^,]*\), \([^,]*\), \([^)]*\))/SERVICE \1, \2, \3/p' $< > $@

$(BUILD)/k/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(KCC) $(KFLAGS) -MMD -MP -c $< -o $@

# Who knows what is behind a block of pool is not asked (kernel/mm/kasan.c); nor is what copies bytes.
$(patsubst %,$(BUILD)/k/kernel/mm/%.o,kasan pool poolpages pooltags) $(BUILD)/k/kernel/rtl/memory.o: \
    KFLAGS := $(filter-out -fsanitize=kernel-address,$(KFLAGS))

$(BUILD)/k/%.asm.o: %.asm $(BUILD)/offsets.inc $(BUILD)/services.inc
	@mkdir -p $(@D)
	$(NASM) $(KNASM) -MD $(@:.o=.d) -MP $< -o $@

# A __try body that dereferences is refused (tools/trycheck.py).
$(BUILD)/u/%.o: %.c tools/trycheck.py Makefile
	@mkdir -p $(@D)
	@grep -q __try $< && $(PYTHON) tools/trycheck.py -- $(filter-out --target=%,$(UFLAGS)) $< || ! grep -q __try $<
	$(CLANG) $(UFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/u/%.asm.o: %.asm $(BUILD)/offsets.inc $(BUILD)/services.inc
	@mkdir -p $(@D)
	$(NASM) $(UNASM) -MD $(@:.o=.d) -MP $< -o $@

# The library's are COFF, so that every linker takes them (cfi.inc says what that costs).
$(BUILD)/u/user/lib/%.asm.o: user/lib/%.asm $(BUILD)/offsets.inc
	@mkdir -p $(@D)
	$(NASM) -f win32 $(filter-out -f elf32 -g -F dwarf,$(UNASM)) -MD $(@:.o=.d) -MP $< -o $@

KLD := ld -m elf_i386 -nostdlib -z noexecstack -z max-page-size=0x1000 -T linker.ld

# The kernel carries the names of its own functions (ke/images.c): linked without them first, then
# with the list made of that. The list stands behind the code, whose addresses stay the same.
$(BUILD)/symbols.asm: linker.ld tools/symbols.awk $(KERNEL_O)
	$(KLD) --defsym KiSymbols=0 --defsym KiSymbolCount=0 $(KERNEL_O) -o $(BUILD)/unnamed.elf
	nm -n $(BUILD)/unnamed.elf | awk -f tools/symbols.awk > $@

$(BUILD)/mica.elf: linker.ld $(KERNEL_O) $(BUILD)/symbols.asm
	$(NASM) -f elf32 $(BUILD)/symbols.asm -o $(BUILD)/symbols.o
	$(KLD) $(KERNEL_O) $(BUILD)/symbols.o -o $@
	objcopy -w -N '..@*' -N 'cfi_cie*' $@

$(BUILD)/ntdll.def: ntdll/ntdll.def.in kernel/include/nt/services.def
	@mkdir -p $(@D)
	cat ntdll/ntdll.def.in > $@
	sed -n 's/^SERVICE(\([^,]*\), \([^,]*\), \([^)]*\))/    Nt\2@\3\n    Zw\2@\3/p' kernel/include/nt/services.def >> $@

$(BUILD)/ntdll.dll: $(NTDLL_O) $(BUILD)/ntdll.def tools/pe.ld
	$(PELD) -shared --kill-at -e 0 --image-base 0x77F60000 $(BUILD)/ntdll.def $(NTDLL_O) -o $@
	objcopy -w -N '..@*' -N 'cfi_cie*' $@

$(BUILD)/libntdll.a: $(BUILD)/ntdll.def
	$(DLLTOOL) -k -d $< -l $@

# _except_handler3 and what else a program links statically.
$(BUILD)/libseh.a: $(LIB_O)
	rm -f $@
	ar rcs $@ $(LIB_O)

$(BUILD)/%.exe: $(BUILD)/u/user/%.o $(BUILD)/libseh.a $(BUILD)/libntdll.a tools/pe.ld
	$(PELD) -e _mainCRTStartup --image-base 0x400000 $< $(BUILD)/libseh.a $(BUILD)/libntdll.a -o $@

$(BUILD)/shell.exe: $(SHELL_C:%.c=$(BUILD)/u/%.o)
$(BUILD)/ntsd.exe: $(NTSD_C:%.c=$(BUILD)/u/%.o)
$(BUILD)/shell.exe $(BUILD)/ntsd.exe: $(BUILD)/libseh.a $(BUILD)/libntdll.a tools/pe.ld
	$(PELD) -e _mainCRTStartup --image-base 0x400000 $(filter %.o,$^) $(BUILD)/libseh.a $(BUILD)/libntdll.a -o $@

$(BUILD)/guest/%.exe: $(BUILD)/u/tests/guest/%.o $(BUILD)/libseh.a $(BUILD)/libntdll.a tools/pe.ld
	@mkdir -p $(@D)
	$(PELD) -e _mainCRTStartup --image-base 0x400000 $< $(BUILD)/libseh.a $(BUILD)/libntdll.a -o $@

$(BUILD)/course/%.exe: $(BUILD)/u/tests/course/%.o $(BUILD)/libseh.a $(BUILD)/libntdll.a tools/pe.ld
	@mkdir -p $(@D)
	$(PELD) -e _mainCRTStartup --image-base 0x400000 $< $(BUILD)/libseh.a $(BUILD)/libntdll.a -o $@

GRUB_MODULES := multiboot serial terminal normal iso9660 biosdisk part_msdos configfile test echo sleep halt
# Without debugging information: GDB reads it here, not from the CD. The script gets a line for each.
# ISO_LIST has their names, so that one that is gone goes from the CD too. costs counts
# instructions, which only `mica bench` has counted: not on the CD.
ISO_PROGRAMS := $(filter-out $(BUILD)/costs.exe,$(PROGRAMS))
ISO_LIST     := $(BUILD)/iso.list
$(shell mkdir -p $(BUILD); echo '$(ISO_PROGRAMS)' | cmp -s - $(ISO_LIST) || echo '$(ISO_PROGRAMS)' > $(ISO_LIST))
$(BUILD)/mica.iso: $(BUILD)/mica.elf $(BUILD)/ntdll.dll $(ISO_PROGRAMS) $(ISO_LIST) boot/grub.cfg README.md
	rm -rf $(BUILD)/iso
	mkdir -p $(BUILD)/iso/boot/grub
	for f in $(BUILD)/mica.elf $(BUILD)/ntdll.dll $(ISO_PROGRAMS); do objcopy -g $$f $(BUILD)/iso/$${f##*/}; done
	cp README.md $(BUILD)/iso/readme.txt
	awk '/^ *MODULES$$/ { for (i = split("$(notdir $(ISO_PROGRAMS))", m); i; i--) print "    module /" m[i] " " m[i]; next } 1' \
	    boot/grub.cfg > $(BUILD)/iso/boot/grub/grub.cfg
	grub-mkrescue -d /usr/lib/grub/i386-pc --install-modules="$(GRUB_MODULES)" --fonts= --themes= \
	    --locales= -o $@ $(BUILD)/iso > $(BUILD)/iso.log 2>&1 || { cat $(BUILD)/iso.log; exit 1; }

-include $(KERNEL_O:.o=.d) $(wildcard $(BUILD)/u/*/*.d $(BUILD)/u/*/*/*.d)
