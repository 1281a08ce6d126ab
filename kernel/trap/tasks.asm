; SPDX-License-Identifier: MIT
; The two task gates. A task switch has saved the interrupted registers in the TSS at selector 28
; and loaded a stack of its own, so this works when the kernel stack is gone.
%include "entry.inc"

extern KiReportTask

BUGCHECK_TRAP           equ     7Fh             ; UNEXPECTED_KERNEL_MODE_TRAP
BUGCHECK_NMI            equ     80h             ; NMI_HARDWARE_FAILURE

                section .text

; #DF, the error code (0) on the stack. DECLSPEC_NORETURN VOID KiReportTask(Code, Parameter).
                global  KiDoubleFaultTask
KiDoubleFaultTask:
                push    8
                push    BUGCHECK_TRAP
                call    KiReportTask

                global  KiNmiTask
KiNmiTask:
                push    0
                push    BUGCHECK_NMI
                call    KiReportTask
