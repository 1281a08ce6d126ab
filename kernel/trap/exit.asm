; SPDX-License-Identifier: MIT
; Leaving through a trap frame, every register restored. The one way out of all traps, of
; NtContinue and NtRaiseException, and of a new thread.
%include "entry.inc"

extern KiDeliverUserApc, KiEventsOn, KiNoteTrapOut

                section .text

; DECLSPEC_NORETURN VOID KiLeaveThroughFrame(PKTRAP_FRAME Frame);
; For C: the rest of the kernel stack below Frame is forgotten.
                align   16, int3
                global  KiLeaveThroughFrame
KiLeaveThroughFrame:
                mov     ebp, [esp+4]

; In: EBP = frame. IF any. Out: the interrupted code, or what the frame was changed to.
                global  KiExceptionExit
KiExceptionExit:
                CFI_BEGIN cfi_cie_signal
                CFI_FRAME_IN_EBP
                cli
                test    byte [ebp+FRAME_CS], 1
                jz      .delivered
                mov     eax, [fs:PCR_CURRENT_THREAD]
                cmp     byte [eax+THREAD_USER_APC_PENDING], 0
                jne     .deliver
.delivered:     mov     eax, [ebp+FRAME_EXCEPTION_LIST]
                mov     [fs:0], eax
                test    dword [ebp+FRAME_CS], FRAME_EDITED_MASK
                jz      .edited
                cmp     dword [ebp+FRAME_DR7], 0
                je      .plain
                call    KiLoadDebugRegisters
.plain:         cmp     dword [KiEventsOn], 0
                jne     .note
.noted:         lea     esp, [ebp+FRAME_GS]
                pop     gs
                pop     es
                pop     ds
                pop     edx
                pop     ecx
                pop     eax
                add     esp, 8                  ; PreviousPreviousMode, ExceptionList
                pop     fs
                CFI_DEF_CFA REG_ESP, FRAME_ESP - FRAME_EDI
                pop     edi
                CFI_DEF_CFA REG_ESP, FRAME_ESP - FRAME_ESI
                pop     esi
                CFI_DEF_CFA REG_ESP, FRAME_ESP - FRAME_EBX
                pop     ebx
                CFI_DEF_CFA REG_ESP, FRAME_ESP - FRAME_EBP
                pop     ebp
                CFI_DEF_CFA REG_ESP, FRAME_ESP - FRAME_ERROR
                add     esp, 4                  ; error code
                CFI_DEF_CFA REG_ESP, FRAME_ESP - FRAME_EIP
                iretd
                CFI_END

.note:          CFI_BEGIN cfi_cie_signal
                CFI_FRAME_IN_EBP
                push    ebp                     ; VOID KiNoteTrapOut(PKTRAP_FRAME)
                call    KiNoteTrapOut
                add     esp, 4
                jmp     .noted
                CFI_END

; An APC waits, and the frame goes to ring 3: the APC is laid over it.
.deliver:       CFI_BEGIN cfi_cie_signal
                CFI_FRAME_IN_EBP
                sti
                push    0                       ; ServiceExit
                push    ebp
                call    KiDeliverUserApc
                add     esp, 8
                jmp     KiExceptionExit
                CFI_END

; A ring-0 frame whose ESP was changed (trapframe.h). IRET to the same ring does not load ESP, so
; EFLAGS, CS and EIP are moved under the new one, whose address waits in the error code's place.
.edited:        CFI_BEGIN cfi_cie_signal
                CFI_FRAME_IN_EBP
                mov     edi, [ebp+FRAME_TEMP_ESP]
                mov     eax, [ebp+FRAME_EFLAGS] ; all read before the first is written:
                mov     ebx, [ebp+FRAME_TEMP_CS] ; the two places may overlap
                mov     ecx, [ebp+FRAME_EIP]
                sub     edi, 12
                mov     [edi+8], eax
                mov     [edi+4], ebx
                mov     [edi], ecx
                mov     [ebp+FRAME_ERROR], edi
                mov     gs, [ebp+FRAME_GS]
                mov     es, [ebp+FRAME_ES]
                mov     edx, [ebp+FRAME_EDX]
                mov     ecx, [ebp+FRAME_ECX]
                mov     eax, [ebp+FRAME_EAX]
                mov     esi, [ebp+FRAME_ESI]
                mov     edi, [ebp+FRAME_EDI]
                mov     ebx, [ebp+FRAME_EBX]
                mov     esp, [ebp+FRAME_ERROR]
                mov     ebp, [ebp+FRAME_EBP]
                iretd
                CFI_END

; In: EBP = a frame to ring 3 with armed debug registers; interrupts off. Clobbers EBX.
                global  KiLoadDebugRegisters
KiLoadDebugRegisters:
                CFI_BEGIN cfi_cie
                CFI_DEF_CFA REG_ESP, 4
                mov     ebx, [ebp+FRAME_DR0]
                mov     dr0, ebx
                mov     ebx, [ebp+FRAME_DR1]
                mov     dr1, ebx
                mov     ebx, [ebp+FRAME_DR2]
                mov     dr2, ebx
                mov     ebx, [ebp+FRAME_DR3]
                mov     dr3, ebx
                mov     ebx, [ebp+FRAME_DR6]
                mov     dr6, ebx
                mov     ebx, [ebp+FRAME_DR7]    ; last: this arms them
                mov     dr7, ebx
                ret
                CFI_END
