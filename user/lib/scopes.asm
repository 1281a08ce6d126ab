; SPDX-License-Identifier: MIT
; The handlers' ways into the program's code: with the frame pointer that the compiler laid
; its filters and blocks out for (nt-facts 4.11).
%include "asm/abi.inc"
%include "asm/cfi.inc"
%include "offsets.inc"

extern STDCALL(RtlUnwind, 16), CDECL(SehpGuardHandler)

GUARD_HANDLER           equ     4               ; SEHP_GUARD, asserted in scopes.c
GUARD_SCOPES            equ     8
SCOPE_FRAME_SIZE        equ     18h             ; from a frame to the EBP behind it

                section .text

; LONG SehpCallFilter(PVOID Code, ULONG Ebp);
; VOID SehpCallFinally(PVOID Code, ULONG Ebp);
; The code may use every register but ESP and the EBP it is given.
PROC CDECL(SehpCallFilter)
                global  CDECL(SehpCallFinally)
CDECL(SehpCallFinally):
                push    ebp
                PUSHED  REG_EBP
                push    ebx
                PUSHED  REG_EBX
                push    esi
                PUSHED  REG_ESI
                push    edi
                PUSHED  REG_EDI
                mov     eax, [esp+14h]
                mov     ebp, [esp+18h]
                call    eax
                pop     edi
                pop     esi
                pop     ebx
                pop     ebp
                ret
ENDPROC

; DECLSPEC_NORETURN VOID SehpEnterHandler(PVOID Code, ULONG Ebp, PCONTEXT Context);
; Jumps to the __except block, which reloads ESP itself. EBX, ESI and EDI are those of the moment
; of the exception (nt-facts 4.12).
PROC CDECL(SehpEnterHandler)
                mov     eax, [esp+4]
                mov     ecx, [esp+8]
                mov     edx, [esp+0Ch]
                mov     ebx, [edx+CONTEXT_EBX]
                mov     esi, [edx+CONTEXT_ESI]
                mov     edi, [edx+CONTEXT_EDI]
                mov     ebp, ecx
                jmp     eax
ENDPROC

; VOID _global_unwind2(PVOID Frame);
; RtlUnwind destroys EBX, ESI and EDI: this keeps them for a C caller.
PROC CDECL(_global_unwind2)
                push    ebp
                PUSHED  REG_EBP
                mov     ebp, esp
                CFI_DEF_CFA REG_EBP, 8
                push    ebx
                push    esi
                push    edi
                push    0
                push    0
                push    0
                push    dword [ebp+8]
                call    STDCALL(RtlUnwind, 16)
                pop     edi
                pop     esi
                pop     ebx
                pop     ebp
                ret
ENDPROC

; int _abnormal_termination(VOID);
; For compilers that call it (clang and Visual C++ know it themselves): 1 when the __finally block
; whose EBP is the caller's is being run by an unwind, 0 when its __try ended by itself.
PROC CDECL(_abnormal_termination)
                xor     eax, eax
                mov     ecx, [fs:0]
                cmp     ecx, -1
                je      .done
                cmp     dword [ecx+GUARD_HANDLER], CDECL(SehpGuardHandler)
                jne     .done
                mov     edx, [ecx+GUARD_SCOPES]
                mov     edx, [edx]              ; its Frame
                add     edx, SCOPE_FRAME_SIZE
                cmp     edx, ebp
                jne     .done
                inc     eax
.done:          ret
ENDPROC
