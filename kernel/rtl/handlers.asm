; SPDX-License-Identifier: MIT
; Calling an exception handler, with a protector frame under it. nt-facts 4.6.
%include "asm/abi.inc"
%include "asm/cfi.inc"
%include "offsets.inc"

                section .text

; EXCEPTION_DISPOSITION NTAPI RtlpExecuteHandlerForException(
;     PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame, PCONTEXT Context,
;     PVOID DispatcherContext, PEXCEPTION_ROUTINE Handler);
; For the search pass. Falls into RtlpExecuteHandler with EDX = the protector to link.
PROC STDCALL(RtlpExecuteHandlerForException, 20)
                mov     edx, RtlpExceptionProtector
                jmp     RtlpExecuteHandler
ENDPROC

; The same for the unwind pass.
PROC STDCALL(RtlpExecuteHandlerForUnwind, 20)
                mov     edx, RtlpUnwindProtector
                jmp     RtlpExecuteHandler
ENDPROC

; In: EDX = protector; the stack as at the entry of the two above. Out: EAX = disposition.
;
;   [ebp+18] Handler          [ebp-00] caller's EBP
;   [ebp+14] DispatcherContext    -04  EBX
;   [ebp+10] Context              -08  ESI
;   [ebp+0C] Frame                -0C  EDI
;   [ebp+08] Record               -10  EstablisherFrame = Frame   \  the protector:
;   [ebp+04] return               -14  Handler = EDX               > what fs:[0] points at
;                                 -18  Next = old fs:[0]          /  while Handler runs
RtlpExecuteHandler:
                CFI_BEGIN cfi_cie
                CFI_DEF_CFA REG_ESP, 4
                push    ebp
                PUSHED  REG_EBP
                mov     ebp, esp
                CFI_DEF_CFA REG_EBP, 8
                push    ebx
                CFI_SAVED REG_EBX, -12
                push    esi
                CFI_SAVED REG_ESI, -16
                push    edi
                CFI_SAVED REG_EDI, -20
                push    dword [ebp+0Ch]
                push    edx
                push    dword [fs:0]
                mov     [fs:0], esp
                xor     eax, eax                ; a handler learns nothing from registers
                xor     ebx, ebx
                xor     esi, esi
                xor     edi, edi
                push    dword [ebp+14h]
                push    dword [ebp+10h]
                push    dword [ebp+0Ch]
                push    dword [ebp+8]
                mov     ecx, [ebp+18h]
                call    ecx                     ; cdecl or stdcall: ESP is set anew below
                mov     esp, [fs:0]
                pop     dword [fs:0]
                lea     esp, [ebp-0Ch]
                pop     edi
                pop     esi
                pop     ebx
                pop     ebp
                ret     20
                CFI_END

; The protectors are handlers themselves: (Record, Frame, Context, DispatcherContext), cdecl.
; They are reached when the handler above faults, so that the dispatcher of the second exception
; walks over them. They hand back the establisher whose handler was running.

; Search pass: the second exception is nested until its walk has passed the establisher.
RtlpExceptionProtector:
                CFI_BEGIN cfi_cie
                CFI_DEF_CFA REG_ESP, 4
                mov     ecx, [esp+4]
                test    dword [ecx+RECORD_FLAGS], EXCEPTION_UNWIND
                mov     eax, ExceptionContinueSearch
                jnz     .done
                mov     ecx, [esp+8]            ; Frame: the protector record
                mov     edx, [esp+10h]          ; DispatcherContext
                mov     eax, [ecx+8]            ; its EstablisherFrame
                mov     [edx], eax
                mov     eax, ExceptionNestedException
.done:          ret
                CFI_END

; Unwind pass: the second unwind goes on behind the frame that was being unwound.
RtlpUnwindProtector:
                CFI_BEGIN cfi_cie
                CFI_DEF_CFA REG_ESP, 4
                mov     ecx, [esp+4]
                test    dword [ecx+RECORD_FLAGS], EXCEPTION_UNWIND
                mov     eax, ExceptionContinueSearch
                jz      .done
                mov     ecx, [esp+8]
                mov     edx, [esp+10h]
                mov     eax, [ecx+8]
                mov     [edx], eax
                mov     eax, ExceptionCollidedUnwind
.done:          ret
                CFI_END
