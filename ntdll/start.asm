; SPDX-License-Identifier: MIT
; The first code of a thread after the loader, and the two-instruction export.
%include "asm/abi.inc"
%include "asm/cfi.inc"
%include "offsets.inc"

extern CDECL(RtlpRunThread)

                section .text

; RtlUserThreadStart (Vista's name; in NT 4 kernel32 had it). EAX = the entry point, EBX = its
; argument (the PEB). What the entry point returns is the exit status (thread.c).
                align   16, int3
                global  STDCALL(RtlUserThreadStart, 8)
STDCALL(RtlUserThreadStart, 8):
                CFI_BEGIN cfi_cie
                CFI_UNDEFINED REG_EIP           ; nobody called
                CFI_DEF_CFA REG_ESP, 4
                xor     ebp, ebp                ; backtraces end here
                push    ebx
                push    eax
                call    CDECL(RtlpRunThread)    ; does not return
                int3
                CFI_END

; PTEB NTAPI NtCurrentTeb(VOID);
PROC STDCALL(NtCurrentTeb, 0)
                mov     eax, [fs:TEB_SELF]
                ret
ENDPROC
