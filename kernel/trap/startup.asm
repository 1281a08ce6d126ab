; SPDX-License-Identifier: MIT
; Where a new thread begins, in ring 0.
%include "entry.inc"

extern KiExceptionExit, KfLowerIrql

APC_LEVEL               equ     1

                section .text

; Reached by the `ret` of KiSwapStacks on a stack that ke/thread.c built:
;
;   [esp]    SystemRoutine  \
;   [esp+4]  StartRoutine    > KSTART_FRAME
;   [esp+8]  StartContext   /
;   [esp+C]  UserThread; a thread of the kernel's own does not return from SystemRoutine
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
                sti
                push    APC_LEVEL               ; the switch came at DISPATCH_LEVEL
                call    KfLowerIrql
                add     esp, 4
                pop     ecx
                call    ecx
                add     esp, 12
                mov     ebp, esp
                jmp     KiExceptionExit
                CFI_END
