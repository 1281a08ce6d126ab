; SPDX-License-Identifier: MIT
; Raising an exception from software, and reading one's own registers. nt-facts 4.8.
%include "asm/abi.inc"
%include "asm/cfi.inc"
%include "offsets.inc"

%define CONTEXT_BYTES   CONTEXT_SIZE

extern STDCALL(ZwRaiseException, 12)

                section .text

; VOID NTAPI RtlCaptureContext(PCONTEXT Context);
; The registers of the function whose EBP frame is current, as they are after it has returned:
; Eip and Ebp come from that frame. All registers and flags are kept.
PROC STDCALL(RtlCaptureContext, 4)
                push    ebx
                PUSHED  REG_EBX
                mov     ebx, [esp+8]
                mov     dword [ebx+CONTEXT_FLAGS], CONTEXT_FULL_VALUE
                mov     [ebx+CONTEXT_EAX], eax
                mov     [ebx+CONTEXT_ECX], ecx
                mov     [ebx+CONTEXT_EDX], edx
                mov     [ebx+CONTEXT_ESI], esi
                mov     [ebx+CONTEXT_EDI], edi
                pop     dword [ebx+CONTEXT_EBX]
                push    dword [ebx+CONTEXT_EBX]
                pushfd
                pop     dword [ebx+CONTEXT_EFLAGS]
                push    eax
                xor     eax, eax
                mov     ax, cs
                mov     [ebx+CONTEXT_SEGCS], eax
                mov     ax, ds
                mov     [ebx+CONTEXT_SEGDS], eax
                mov     ax, es
                mov     [ebx+CONTEXT_SEGES], eax
                mov     ax, fs
                mov     [ebx+CONTEXT_SEGFS], eax
                mov     ax, gs
                mov     [ebx+CONTEXT_SEGGS], eax
                mov     ax, ss
                mov     [ebx+CONTEXT_SEGSS], eax
                mov     eax, [ebp+4]
                mov     [ebx+CONTEXT_EIP], eax
                mov     eax, [ebp]
                mov     [ebx+CONTEXT_EBP], eax
                lea     eax, [ebp+8]
                mov     [ebx+CONTEXT_ESP], eax
                push    dword [ebx+CONTEXT_EFLAGS]
                popfd
                pop     eax
                pop     ebx
                POPPED
                ret     4
ENDPROC

; VOID NTAPI RtlRaiseException(PEXCEPTION_RECORD Record);
; Through the kernel, so that a debugger sees it first. Comes back to the caller, all registers
; kept, when a handler continues it.
PROC STDCALL(RtlRaiseException, 4)
                push    ebp
                PUSHED  REG_EBP
                mov     ebp, esp
                CFI_DEF_CFA REG_EBP, 8
                sub     esp, CONTEXT_BYTES
                push    esp
                call    STDCALL(RtlCaptureContext, 4)
                mov     eax, [ebp+8]                    ; Record
                mov     ecx, [ebp+4]                    ; the return address
                mov     [eax+RECORD_ADDRESS], ecx
                add     dword [esp+CONTEXT_ESP], 4      ; our argument is gone by then
                mov     ecx, esp
                push    1                               ; FirstChance
                push    ecx
                push    eax
                call    STDCALL(ZwRaiseException, 12)
                push    eax                             ; refused: that status is the exception
                call    STDCALL(RtlRaiseStatus, 4)
                int3
ENDPROC

; DECLSPEC_NORETURN VOID NTAPI RtlRaiseStatus(NTSTATUS Status);
PROC STDCALL(RtlRaiseStatus, 4)
                push    ebp
                PUSHED  REG_EBP
                mov     ebp, esp
                CFI_DEF_CFA REG_EBP, 8
                sub     esp, CONTEXT_BYTES + RECORD_SIZE
                push    esp
                call    STDCALL(RtlCaptureContext, 4)
                add     dword [esp+CONTEXT_ESP], 4
                mov     edx, esp
                lea     ecx, [esp+CONTEXT_BYTES]        ; the record, above the context
                mov     eax, [ebp+8]
                mov     [ecx+RECORD_CODE], eax
                mov     dword [ecx+RECORD_FLAGS], EXCEPTION_NONCONTINUABLE
                mov     dword [ecx+RECORD_RECORD], 0
                mov     eax, [ebp+4]
                mov     [ecx+RECORD_ADDRESS], eax
                mov     dword [ecx+RECORD_PARAMETERS], 0
                push    1                               ; FirstChance
                push    edx
                push    ecx
                call    STDCALL(ZwRaiseException, 12)
                push    eax
                call    STDCALL(RtlRaiseStatus, 4)
                int3
ENDPROC
