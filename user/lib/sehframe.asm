; SPDX-License-Identifier: MIT
; The two ends of the SEH_ macros (seh.h) that a compiler cannot write.
%include "asm/abi.inc"
%include "asm/cfi.inc"

FRAME_NEXT              equ     0               ; SEH_FRAME
FRAME_HANDLER           equ     4
FRAME_EBX               equ     0Ch
FRAME_ESI               equ     10h
FRAME_EDI               equ     14h
FRAME_EBP               equ     18h
FRAME_ESP               equ     1Ch
FRAME_EIP               equ     20h
SEH_BODY                equ     2
SEH_HANDLER             equ     3

extern CDECL(SehpHandler)

                section .text

; int SehEnter(SEH_FRAME *Frame);  returns_twice
PROC CDECL(SehEnter)
                mov     eax, [esp+4]
                mov     [eax+FRAME_EBX], ebx
                mov     [eax+FRAME_ESI], esi
                mov     [eax+FRAME_EDI], edi
                mov     [eax+FRAME_EBP], ebp
                lea     ecx, [esp+4]
                mov     [eax+FRAME_ESP], ecx
                mov     ecx, [esp]
                mov     [eax+FRAME_EIP], ecx
                mov     dword [eax+FRAME_HANDLER], CDECL(SehpHandler)
                mov     ecx, [fs:0]
                mov     [eax+FRAME_NEXT], ecx
                mov     [fs:0], eax
                mov     eax, SEH_BODY
                ret
ENDPROC

; VOID SehLeave(SEH_FRAME *Frame);
PROC CDECL(SehLeave)
                mov     eax, [esp+4]
                mov     ecx, [eax+FRAME_NEXT]
                mov     [fs:0], ecx
                ret
ENDPROC

; DECLSPEC_NORETURN VOID SehpResume(SEH_FRAME *Frame);
; Frame is the innermost one again (RtlUnwind): unlink it and make SehEnter return once more.
PROC CDECL(SehpResume)
                mov     edx, [esp+4]
                mov     ecx, [edx+FRAME_NEXT]
                mov     [fs:0], ecx
                mov     ebx, [edx+FRAME_EBX]
                mov     esi, [edx+FRAME_ESI]
                mov     edi, [edx+FRAME_EDI]
                mov     ebp, [edx+FRAME_EBP]
                mov     esp, [edx+FRAME_ESP]
                mov     eax, SEH_HANDLER
                jmp     [edx+FRAME_EIP]
ENDPROC
