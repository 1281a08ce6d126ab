; SPDX-License-Identifier: MIT
; Every way in which the kernel enters ring 3. One file, the whole contract; nt/dispatch.h has the
; stack images. None of these is a C function: nobody called them, there is no return address.
%include "asm/abi.inc"
%include "asm/cfi.inc"
%include "offsets.inc"

extern STDCALL(RtlDispatchException, 8), STDCALL(RtlRaiseException, 4)
extern STDCALL(RtlRaiseStatus, 4)
extern STDCALL(ZwContinue, 8), STDCALL(ZwRaiseException, 12), STDCALL(ZwCallbackReturn, 12)

                section .text

; Unwind rules for code whose caller is described by the CONTEXT that [esp + %1] points at. The
; CFA is that CONTEXT's address.
%macro CFI_REGISTERS_IN_CONTEXT 0
                CFI_SAVED REG_EDI, CONTEXT_EDI
                CFI_SAVED REG_ESI, CONTEXT_ESI
                CFI_SAVED REG_EBX, CONTEXT_EBX
                CFI_SAVED REG_EDX, CONTEXT_EDX
                CFI_SAVED REG_ECX, CONTEXT_ECX
                CFI_SAVED REG_EAX, CONTEXT_EAX
                CFI_SAVED REG_EBP, CONTEXT_EBP
                CFI_SAVED REG_EIP, CONTEXT_EIP
                CFI_SAVED REG_EFLAGS, CONTEXT_EFLAGS
                CFI_SAVED REG_ESP, CONTEXT_ESP
%endmacro

; KiUserExceptionDispatcher: seed 003, byte for byte as far as its listing goes.
;
;   [esp]   PEXCEPTION_RECORD       [esp+4] PCONTEXT
;
; EFLAGS.DF is clear: the kernel sees to it.
                align   16, int3
                global  STDCALL(KiUserExceptionDispatcher, 8)
STDCALL(KiUserExceptionDispatcher, 8):
                CFI_BEGIN cfi_cie_signal
                CFI_CFA_AT 4
                CFI_REGISTERS_IN_CONTEXT
                mov     ecx, [esp+4]            ; CONTEXT
                mov     ebx, [esp]              ; EXCEPTION_RECORD
                push    ecx
                CFI_CFA_AT 8
                push    ebx
                CFI_CFA_AT 12
                call    STDCALL(RtlDispatchException, 8)
                CFI_CFA_AT 4
                db      0Ah, 0C0h               ; or al, al, in the encoding of the seed's assembler
                jz      short .unhandled
                pop     ebx
                CFI_CFA_AT 0
                pop     ecx
                push    0                       ; TestAlert
                push    ecx
                CFI_CFA_AT 0
                call    STDCALL(ZwContinue, 8)  ; does not return, or EAX = why
                jmp     short .failed
.unhandled:     CFI_CFA_AT 4
                pop     ebx
                CFI_CFA_AT 0
                pop     ecx
                push    0                       ; FirstChance
                push    ecx
                push    ebx
                CFI_CFA_AT 4
                call    STDCALL(ZwRaiseException, 12)
; Here the seed's listing is cut short. Whatever returned refused its arguments: that status is a
; noncontinuable exception, chained to the one being dispatched (nt-facts 4.4, step 5).
.failed:        add     esp, -RECORD_SIZE
                mov     [esp+RECORD_CODE], eax
                mov     dword [esp+RECORD_FLAGS], 1
                mov     [esp+RECORD_RECORD], ebx
                mov     dword [esp+RECORD_PARAMETERS], 0
                push    esp
                call    STDCALL(RtlRaiseException, 4)
                ret     8
                CFI_END

; KiUserCallbackDispatcher: seed 000, byte for byte (but for `xor`, of which NASM has 31 and the
; seed 33; so those are spelled out).
;
;   [esp] a return address that means nothing   [esp+4] ApiNumber
;   [esp+8] InputBuffer                         [esp+C] InputLength
                align   16, int3
                global  STDCALL(KiUserCallbackDispatcher, 12)
STDCALL(KiUserCallbackDispatcher, 12):
                CFI_BEGIN cfi_cie_signal
                CFI_DEF_CFA REG_ESP, 4
                CFI_UNDEFINED REG_EIP           ; the caller is a service, in ring 0
                add     esp, 4
                pop     edx
                mov     eax, [fs:TEB_SELF]
                mov     eax, [eax+TEB_PEB]
                mov     eax, [eax+PEB_CALLBACK_TABLE]
                call    [eax+edx*4]             ; NTSTATUS NTAPI (InputBuffer, InputLength)
                db      33h, 0C9h               ; xor ecx, ecx: no output
                db      33h, 0D2h               ; xor edx, edx
                int     2Bh                     ; EAX = what the callback returned
                int3                            ; there was no callback to return from
                CFI_END

; KiUserCallbackExceptionHandler (2003): the handler of the record that the kernel links into the
; chain under each callback. EXCEPTION_DISPOSITION (Record, Frame, Context, Dispatcher), cdecl.
; A search passes. An unwind that leaves the callback gives back its part of the kernel stack, and
; goes on: the service comes back here instead of to its caller (nt-facts 5.4).
                align   16, int3
                global  CDECL(KiUserCallbackExceptionHandler)
CDECL(KiUserCallbackExceptionHandler):
                CFI_BEGIN cfi_cie
                CFI_DEF_CFA REG_ESP, 4
                mov     ecx, [esp+4]
                test    dword [ecx+RECORD_FLAGS], EXCEPTION_UNWIND
                jz      .search
                push    S_CALLBACK_POP_STACK
                CFI_DEF_CFA REG_ESP, 8
                push    0
                CFI_DEF_CFA REG_ESP, 12
                push    0
                CFI_DEF_CFA REG_ESP, 16
                call    STDCALL(ZwCallbackReturn, 12)
                CFI_DEF_CFA REG_ESP, 4
.search:        mov     eax, ExceptionContinueSearch
                ret
                CFI_END

; KiUserApcDispatcher: KAPC_STACK at ESP. The routine, stdcall, takes its three arguments away;
; then ESP points at the CONTEXT.
                align   16, int3
                global  STDCALL(KiUserApcDispatcher, 20)
STDCALL(KiUserApcDispatcher, 20):
                CFI_BEGIN cfi_cie_signal
                CFI_DEF_CFA REG_ESP, APC_STACK_CONTEXT
                CFI_REGISTERS_IN_CONTEXT
                pop     eax
                CFI_DEF_CFA REG_ESP, APC_STACK_CONTEXT - 4
                call    eax
                CFI_DEF_CFA REG_ESP, 0
                mov     eax, esp
                push    1                       ; TestAlert: the next APC
                push    eax
                CFI_DEF_CFA REG_ESP, 8
                call    STDCALL(ZwContinue, 8)
.again:         push    eax                     ; refused
                call    STDCALL(RtlRaiseStatus, 4)
                jmp     .again
                CFI_END

; KiRaiseUserExceptionDispatcher: a service wants an exception raised instead of returning a
; status. EAX = where the service would have returned to, TEB.ExceptionCode = the code.
; If a handler continues, the service returns that code after all.
                align   16, int3
                global  STDCALL(KiRaiseUserExceptionDispatcher, 0)
STDCALL(KiRaiseUserExceptionDispatcher, 0):
                CFI_BEGIN cfi_cie
                CFI_DEF_CFA REG_ESP, 0
                push    eax
                CFI_DEF_CFA REG_ESP, 4
                push    ebp
                PUSHED  REG_EBP
                mov     ebp, esp
                CFI_DEF_CFA REG_EBP, 8
                sub     esp, RECORD_SIZE
                mov     [esp+RECORD_ADDRESS], eax
                mov     eax, [fs:TEB_SELF]
                mov     eax, [eax+TEB_EXCEPTION_CODE]
                mov     [esp+RECORD_CODE], eax
                mov     dword [esp+RECORD_FLAGS], 0
                mov     dword [esp+RECORD_RECORD], 0
                mov     dword [esp+RECORD_PARAMETERS], 0
                push    esp
                call    STDCALL(RtlRaiseException, 4)
                mov     eax, [esp+RECORD_CODE]
                mov     esp, ebp
                pop     ebp
                ret
                CFI_END
