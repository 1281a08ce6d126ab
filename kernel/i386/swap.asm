; SPDX-License-Identifier: MIT
; The context switch itself: one stack for another. ke/scheduler.c says what else changes.
%include "asm/abi.inc"
%include "asm/cfi.inc"

                section .text

; VOID KiSwapStacks(PULONG SaveEsp, ULONG NewEsp);
; Interrupts off. Comes back, on the old stack, when some other call's NewEsp is what this one
; stored in *SaveEsp. A new thread's first switch returns to KiThreadStartup instead
; (ke/thread.c builds that picture).
;
;   NewEsp -> ExceptionList | EDI | ESI | EBX | EBP | return address
PROC CDECL(KiSwapStacks)
                mov     ecx, [esp+4]
                mov     edx, [esp+8]
                push    ebp
                PUSHED  REG_EBP
                push    ebx
                PUSHED  REG_EBX
                push    esi
                PUSHED  REG_ESI
                push    edi
                PUSHED  REG_EDI
                push    dword [fs:0]
                PUSHED
                mov     [ecx], esp
                mov     esp, edx                ; here the other thread goes on
                pop     dword [fs:0]
                pop     edi
                pop     esi
                pop     ebx
                pop     ebp
                ret
ENDPROC
