; SPDX-License-Identifier: MIT
; Both ends of a long jump. user/include/setjmp.h has the buffer.
%include "asm/abi.inc"
%include "asm/cfi.inc"

JUMP_EBP                equ     00h
JUMP_EBX                equ     04h
JUMP_EDI                equ     08h
JUMP_ESI                equ     0Ch
JUMP_ESP                equ     10h             ; behind the return
JUMP_EIP                equ     14h
JUMP_REGISTRATION       equ     18h
JUMP_TRY_LEVEL          equ     1Ch
JUMP_COOKIE             equ     20h
JUMP_UNWIND_FUNC        equ     24h
JUMP_UNWIND_DATA        equ     28h

VC20                    equ     56433230h
MAXIMUM_DATA            equ     6
FRAME_TRY_LEVEL         equ     0Ch             ; from the registration record of a __try frame

                section .text

; int _setjmp3(JUMP_BUFFER *Buffer, int Count, UnwindFunc, TryLevel, UnwindData...);
; cdecl. EAX = 0; all other registers but ECX, EDX kept.
PROC CDECL(_setjmp3)
                mov     edx, [esp+4]
                mov     [edx+JUMP_EBP], ebp
                mov     [edx+JUMP_EBX], ebx
                mov     [edx+JUMP_EDI], edi
                mov     [edx+JUMP_ESI], esi
                lea     eax, [esp+4]
                mov     [edx+JUMP_ESP], eax
                mov     eax, [esp]
                mov     [edx+JUMP_EIP], eax
                mov     dword [edx+JUMP_COOKIE], VC20
                mov     dword [edx+JUMP_UNWIND_FUNC], 0
                mov     dword [edx+JUMP_TRY_LEVEL], -1
                mov     eax, [fs:0]
                mov     [edx+JUMP_REGISTRATION], eax
                cmp     eax, -1
                je      .done                   ; no frame: nothing of it to unwind
                mov     ecx, [eax+FRAME_TRY_LEVEL]
                mov     [edx+JUMP_TRY_LEVEL], ecx
                mov     ecx, [esp+8]            ; Count
                test    ecx, ecx
                jz      .done
                mov     eax, [esp+0Ch]
                mov     [edx+JUMP_UNWIND_FUNC], eax
                dec     ecx
                jz      .done
                mov     eax, [esp+10h]
                mov     [edx+JUMP_TRY_LEVEL], eax
                dec     ecx
                jz      .done
                cmp     ecx, MAXIMUM_DATA
                jbe     .copy
                mov     ecx, MAXIMUM_DATA
.copy:          mov     eax, [esp+10h+ecx*4]
                mov     [edx+JUMP_UNWIND_DATA-4+ecx*4], eax
                dec     ecx
                jnz     .copy
.done:          xor     eax, eax
                ret
ENDPROC

; DECLSPEC_NORETURN VOID SehpLongJump(JUMP_BUFFER *Buffer, int Value);
; cdecl. Nothing is left to unwind. Returns from _setjmp3 once more, with EAX = Value.
PROC CDECL(SehpLongJump)
                mov     edx, [esp+4]
                mov     eax, [esp+8]
                mov     ebp, [edx+JUMP_EBP]
                mov     ebx, [edx+JUMP_EBX]
                mov     edi, [edx+JUMP_EDI]
                mov     esi, [edx+JUMP_ESI]
                mov     esp, [edx+JUMP_ESP]
                jmp     [edx+JUMP_EIP]
ENDPROC
