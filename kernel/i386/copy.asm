; SPDX-License-Identifier: MIT
; The only instructions of ring 0 that touch ring 3's memory. They stand under a frame on the
; KPCR's exception list, as a program's would under one on the TEB's, and RtlDispatchException
; finds it there (promise 3 of the design).
%include "asm/abi.inc"
%include "asm/cfi.inc"
%include "offsets.inc"

                section .text

; NTSTATUS KiCopyMemoryGuarded(PVOID Destination, const VOID *Source, ULONG Bytes);
; STATUS_SUCCESS, or the code of the exception that stopped the copy. The side that is ring 3's
; has been probed (ke/usercopy.c). IRQL < DISPATCH_LEVEL: the access may have to wait for a page.
;
;   [esp+1C] Bytes  [esp+18] Source  [esp+14] Destination  [esp+10] return
;   [esp+0C] ESI    [esp+08] EDI
;   [esp+04] KiCopyHandler   \  the registration record,
;   [esp]    Next            /  which fs:[0] points at while the copy runs
;
; A fault goes KiTrap0E -> KiDispatchException -> RtlDispatchException -> KiCopyHandler, which
; changes the CONTEXT, and so the trap frame, to go on at KiCopyFault.
PROC CDECL(KiCopyMemoryGuarded)
                push    esi
                PUSHED  REG_ESI
                push    edi
                PUSHED  REG_EDI
                mov     edi, [esp+0Ch]
                mov     esi, [esp+10h]
                mov     ecx, [esp+14h]
                push    KiCopyHandler
                PUSHED
                push    dword [fs:0]
                PUSHED
                mov     [fs:0], esp
                mov     edx, ecx
                shr     ecx, 2
                rep     movsd
                mov     ecx, edx
                and     ecx, 3
                rep     movsb
                xor     eax, eax
KiCopyFault:                                    ; after a fault: EAX = its code
                pop     dword [fs:0]
                POPPED
                pop     ecx
                POPPED
                pop     edi
                POPPED
                pop     esi
                POPPED
                ret
ENDPROC

; The handler: EXCEPTION_DISPOSITION (Record, Frame, Context, DispatcherContext), cdecl.
; A fault on a user address continues at KiCopyFault; on any other it is the kernel's own.
KiCopyHandler:
                CFI_BEGIN cfi_cie
                CFI_DEF_CFA REG_ESP, 4
                mov     ecx, [esp+4]
                mov     eax, ExceptionContinueSearch
                test    dword [ecx+RECORD_FLAGS], EXCEPTION_UNWIND
                jnz     .done
                cmp     dword [ecx+RECORD_PARAMETERS], 2
                jb      .done
                cmp     dword [ecx+RECORD_INFORMATION+4], USER_PROBE_ADDRESS
                jae     .done
                mov     edx, [esp+0Ch]
                mov     dword [edx+CONTEXT_EIP], KiCopyFault
                mov     eax, [ecx+RECORD_CODE]
                mov     [edx+CONTEXT_EAX], eax
                mov     eax, ExceptionContinueExecution
.done:          ret
                CFI_END
