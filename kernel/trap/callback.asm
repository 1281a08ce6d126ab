; SPDX-License-Identifier: MIT
; The kernel stack, split in two: the service that calls back above, a new base for traps from
; ring 3 below. nt-facts 5.3, 5.4.
%include "entry.inc"

extern KiPrepareCallbackStack, KiExceptionExit, KeUserCallbackDispatcher

                section .text

; NTSTATUS KiCallUserMode(PVOID *OutputBuffer, PULONG OutputLength);
; Leaves for ring 3 with the registers of Thread->TrapFrame, but EIP = KiUserCallbackDispatcher.
; Returns when NtCallbackReturn calls KiReturnFromCallback, or at once, with a failure status,
; when the kernel stack cannot grow. IRQL PASSIVE_LEVEL.
;
; On the stack, from high to low, when it leaves:
;
;        OutputLength, OutputBuffer      the arguments        \
;        return address, EBP EBX ESI EDI                       > KCALLOUT_FRAME (ke/thread.h)
;        CallbackStack, TrapFrame, InitialStack: the old ones /  <- Thread->CallbackStack
;        (aligned down to 16)                                    <- Thread->InitialStack
;        NPX area
;        10h bytes, the V86 slots of the frame                   <- TSS.Esp0
;        trap frame: a copy of the old one's ring-3 part
                align   16, int3
                global  KiCallUserMode
KiCallUserMode: CFI_BEGIN cfi_cie
                CFI_DEF_CFA REG_ESP, 4
                push    ebp
                PUSHED  REG_EBP
                push    ebx
                PUSHED  REG_EBX
                push    esi
                PUSHED  REG_ESI
                push    edi
                PUSHED  REG_EDI
                push    esp
                call    KiPrepareCallbackStack
                add     esp, 4
                test    eax, eax
                js      .fail
                mov     ebx, [fs:PCR_CURRENT_THREAD]
                mov     esi, [ebx+THREAD_TRAP_FRAME]
                push    dword [ebx+THREAD_CALLBACK_STACK]
                push    esi
                push    dword [ebx+THREAD_INITIAL_STACK]
                mov     [ebx+THREAD_CALLBACK_STACK], esp
                and     esp, ~0Fh
                cli                             ; from here the stack has a new base
                mov     [ebx+THREAD_INITIAL_STACK], esp
                mov     ecx, [fs:PCR_TSS]
                lea     eax, [esp-NPX_AREA_SIZE-V86_SLOTS]
                mov     [ecx+TSS_ESP0], eax
                sub     esp, NPX_AREA_SIZE + FRAME_SIZE
                mov     ebp, esp
                mov     edx, esi
                lea     esi, [edx+FRAME_FS]     ; SegFs ... HardwareSegSs
                lea     edi, [ebp+FRAME_FS]
                mov     ecx, (FRAME_SS + 4 - FRAME_FS) / 4
                rep     movsd
                lea     esi, [edx+FRAME_DR0]    ; and the debug registers
                lea     edi, [ebp+FRAME_DR0]
                mov     ecx, (FRAME_DR7 + 4 - FRAME_DR0) / 4
                rep     movsd
                mov     eax, [KeUserCallbackDispatcher]
                mov     [ebp+FRAME_EIP], eax
                mov     eax, [fs:0]             ; the service's own frames stay registered
                mov     [ebp+FRAME_EXCEPTION_LIST], eax
                mov     eax, SELECTOR_R3_DATA
                mov     [ebp+FRAME_DS], eax
                mov     [ebp+FRAME_ES], eax
                xor     eax, eax
                mov     [ebp+FRAME_GS], eax
                mov     [ebp+FRAME_EAX], eax    ; ring 3 learns nothing from the kernel's
                mov     [ebp+FRAME_ECX], eax
                mov     [ebp+FRAME_EDX], eax
                and     dword [ebp+FRAME_EFLAGS], ~EFLAGS_CLEARED
                jmp     KiExceptionExit
.fail:          pop     edi
                pop     esi
                pop     ebx
                pop     ebp
                ret
                CFI_END

; DECLSPEC_NORETURN VOID KiReturnFromCallback(PKTHREAD Thread, NTSTATUS Status);
; Makes KiCallUserMode return Status: the stack and what describes it become what they were.
; All kernel frames of the callback, the caller's included, are forgotten.
                align   16, int3
                global  KiReturnFromCallback
KiReturnFromCallback:
                mov     ebx, [esp+4]
                mov     eax, [esp+8]
                cli
                mov     ecx, [ebx+THREAD_TRAP_FRAME] ; the frame int 2B (or 2E) came in with
                mov     edx, [ecx+FRAME_EXCEPTION_LIST]
                mov     [fs:0], edx             ; what KiCallUserMode put into its base frame
                mov     esp, [ebx+THREAD_CALLBACK_STACK]
                pop     edx
                mov     [ebx+THREAD_INITIAL_STACK], edx
                mov     ecx, [fs:PCR_TSS]
                sub     edx, NPX_AREA_SIZE + V86_SLOTS
                mov     [ecx+TSS_ESP0], edx
                pop     dword [ebx+THREAD_TRAP_FRAME]
                pop     dword [ebx+THREAD_CALLBACK_STACK]
                sti
                pop     edi
                pop     esi
                pop     ebx
                pop     ebp
                ret
