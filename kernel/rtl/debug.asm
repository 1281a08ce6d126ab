; SPDX-License-Identifier: MIT
; The instructions with which code asks for the debugger. nt-facts 2.6.
%include "asm/abi.inc"
%include "asm/cfi.inc"

                section .text

; VOID NTAPI DbgBreakPoint(VOID);
PROC STDCALL(DbgBreakPoint, 0)
                int3
                ret
ENDPROC

; VOID NTAPI DbgUserBreakPoint(VOID);
PROC STDCALL(DbgUserBreakPoint, 0)
                int3
                ret
ENDPROC

; ULONG NTAPI RtlpDebugService(ULONG Service, const VOID *Text, ULONG Length, PVOID Reply,
;                              ULONG ReplyLength);
; EAX, ECX, EDX, EBX and EDI are what int 2D takes; EAX comes back. The byte behind it is skipped
; when the service is known, and is a breakpoint when nobody knows it.
PROC STDCALL(RtlpDebugService, 20)
                push    ebx
                PUSHED  REG_EBX
                push    edi
                PUSHED  REG_EDI
                mov     eax, [esp+0Ch]
                mov     ecx, [esp+10h]
                mov     edx, [esp+14h]
                mov     ebx, [esp+18h]
                mov     edi, [esp+1Ch]
                int     2Dh
                int3
                pop     edi
                POPPED
                pop     ebx
                POPPED
                ret     20
ENDPROC
