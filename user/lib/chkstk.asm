; SPDX-License-Identifier: MIT
; What compilers call to make a large stack frame: each page is touched in order, from the top, so
; that the guard page below is met and moved (mm/fault.c), never jumped over.
%include "asm/abi.inc"
%include "asm/cfi.inc"

PAGE                    equ     1000h

                section .text

; __chkstk (Microsoft's, clang's) and __alloca (GNU's name for it). In: EAX = bytes.
; Out: ESP lower by EAX, rounded up to 4; EAX destroyed, ECX kept.
                align   16, int3
                global  __chkstk, __alloca
__chkstk:
__alloca:
                add     eax, 3
                and     eax, ~3
                push    ecx
                lea     ecx, [esp+8]            ; ESP of the caller, its return address popped
.page:          cmp     eax, PAGE
                jb      .rest
                sub     ecx, PAGE
                sub     eax, PAGE
                test    [ecx], eax
                jmp     .page
.rest:          sub     ecx, eax
                test    [ecx], eax
                mov     eax, esp
                mov     esp, ecx
                mov     ecx, [eax]              ; the caller's ECX
                jmp     dword [eax+4]

; ___chkstk_ms (GCC's). In: EAX = bytes. Probes only; every register is kept.
PROC ___chkstk_ms
                push    eax
                PUSHED
                push    ecx
                PUSHED
                lea     ecx, [esp+0Ch]
.page:          cmp     eax, PAGE
                jb      .rest
                sub     ecx, PAGE
                sub     eax, PAGE
                test    [ecx], eax
                jmp     .page
.rest:          sub     ecx, eax
                test    [ecx], eax
                pop     ecx
                POPPED
                pop     eax
                POPPED
                ret
ENDPROC
