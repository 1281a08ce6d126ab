; SPDX-License-Identifier: MIT
; The first instructions. A multiboot 1 loader leaves the processor in flat 32-bit protected mode,
; paging off, EAX = 2BADB002, EBX = physical address of its information. This file is linked low
; (linker.ld); it maps the kernel high and jumps there.
;
; The page tables it fills lie in .bss of the kernel:
;   PDE 000        first 4 MB at 0, only until the jump
;   PDE 200-203    the first 16 MB at 80000000
;   PDE 300        the directory itself (C0000000: page tables, C0300000: directory)
;   PDE 3FF        FFC00000: KPCR at FFDFF000, shared user data at FFDF0000

MULTIBOOT_HEADER_MAGIC  equ     1BADB002h
MULTIBOOT_LOADER_MAGIC  equ     2BADB002h
MULTIBOOT_FLAGS         equ     3               ; modules on pages, memory information
KERNEL_BASE             equ     80000000h
PTE_VALID_WRITE         equ     3
EARLY_TABLES            equ     4               ; 16 MB
CR0_PG_WP               equ     80010000h
COM1                    equ     3F8h
VGA                     equ     0B8000h
DEBUG_EXIT_PORT         equ     0F4h
EXIT_NOT_STARTED        equ     12h             ; hal.h: HAL_EXIT_NOT_STARTED

extern KiPageDirectory, KiEarlyPageTables, KiTopPageTable, KiPcrPage, KiSharedDataPage
extern KiBootStackTop, KiSystemStartup

                section .boot progbits alloc exec nowrite align=4096

                align   4
                dd      MULTIBOOT_HEADER_MAGIC
                dd      MULTIBOOT_FLAGS
                dd      -(MULTIBOOT_HEADER_MAGIC + MULTIBOOT_FLAGS)

                global  _start
_start:
                cli
                cld
                cmp     eax, MULTIBOOT_LOADER_MAGIC
                jne     NotMultiboot

                mov     edi, KiEarlyPageTables - KERNEL_BASE
                mov     eax, PTE_VALID_WRITE
                mov     ecx, EARLY_TABLES * 1024
.map:           stosd
                add     eax, 1000h
                loop    .map

                mov     edx, KiPageDirectory - KERNEL_BASE
                mov     eax, KiEarlyPageTables - KERNEL_BASE + PTE_VALID_WRITE
                mov     [edx], eax
                mov     ecx, EARLY_TABLES
                lea     edi, [edx+200h*4]
.directory:     stosd
                add     eax, 1000h
                loop    .directory
                lea     eax, [edx+PTE_VALID_WRITE]
                mov     [edx+300h*4], eax
                mov     eax, KiTopPageTable - KERNEL_BASE + PTE_VALID_WRITE
                mov     [edx+3FFh*4], eax
                mov     eax, KiPcrPage - KERNEL_BASE + PTE_VALID_WRITE
                mov     [KiTopPageTable - KERNEL_BASE + 1FFh*4], eax
                mov     eax, KiSharedDataPage - KERNEL_BASE + PTE_VALID_WRITE
                mov     [KiTopPageTable - KERNEL_BASE + 1F0h*4], eax

                mov     cr3, edx
                mov     eax, cr0
                or      eax, CR0_PG_WP
                mov     cr0, eax
                mov     eax, .high
                jmp     eax                     ; still through PDE 0
.high:
                mov     esp, KiBootStackTop
                xor     ebp, ebp                ; backtraces end here
                push    ebx                     ; VOID KiSystemStartup(ULONG MultibootInfo)
                call    KiSystemStartup
                hlt

; Somebody else loaded us. Nothing is known about the machine but that it runs this: say so on
; the serial line and the text screen, leave QEMU if there is one, and stop.
NotMultiboot:
                mov     esi, Message
                mov     edi, VGA
.next:          lodsb
                test    al, al
                jz      .stop
                mov     dx, COM1
                out     dx, al
                mov     ah, 07h
                stosw
                jmp     .next
.stop:          mov     eax, EXIT_NOT_STARTED
                out     DEBUG_EXIT_PORT, eax
.halt:          hlt
                jmp     .halt

Message:        db      "Mica: not started by a multiboot loader (GRUB, or qemu -kernel).", 10, 0
