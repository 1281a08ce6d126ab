; SPDX-License-Identifier: MIT
; Where a new thread begins, in ring 0.
%include "entry.inc"

extern KiExceptionExit

                section .text

; Reached by the `ret` of KiSwapStacks on a stack that ke/thread.c built:
;
;   [esp]    SystemRoutine  \
;   [esp+4]  StartRoutine    > KSTART_FRAME
;   [esp+8]  StartContext   /
;   [esp+C]  UserThread, always TRUE so far
;   [esp+10] the base trap frame
;
; Calls VOID SystemRoutine(StartRoutine, StartContext), then leaves through the frame: the first
; instruction in ring 3 is what that says.
                align   16, int3
                global  KiThreadStartup
KiThreadStartup:
                CFI_BEGIN cfi_cie
                CFI_UNDEFINED REG_EIP           ; nobody called
                CFI_DEF_CFA REG_ESP, 4
                xor     ebp, ebp
                pop     ecx
                sti
                call    ecx
                add     esp, 12
                mov     ebp, esp
                jmp     KiExceptionExit
                CFI_END
