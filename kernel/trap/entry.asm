; SPDX-License-Identifier: MIT
; KiEnterTrap: from a vector's stub to its C routine, the trap frame complete.
%define ENTRY_ITSELF
%include "entry.inc"

extern KiExceptionExit, KiEventsOn, KiNoteTrapIn

                section .text

; In:  the stub's picture, interrupts off, everything else as it was interrupted:
;        [esp+4] error code, then EIP CS EFLAGS (ESP SS when from ring 3)
;        [esp]   the interrupted EBP
;      EBP = VOID (*Handler)(PKTRAP_FRAME), cdecl
; Out: does not return; KiExceptionExit resumes what was interrupted, as the frame then says.
;
; FS is loaded whatever it was: a fault between a ring change and the load of FS must find the
; KPCR too. Only an entry from ring 3 starts a new exception list; one from ring 0 must see the
; list of the code that faulted.
                align   16, int3
                global  KiEnterTrap
KiEnterTrap:    TRAP_BEGIN 8
                CFI_SAVED REG_EBP, FRAME_EBP - FRAME_ESP
                push    ebx
                PUSHED  REG_EBX
                push    esi
                PUSHED  REG_ESI
                push    edi
                PUSHED  REG_EDI
                push    fs
                PUSHED
                mov     ebx, SELECTOR_R0_PCR
                mov     fs, bx
                push    dword [fs:0]
                PUSHED
                push    -1                      ; PreviousPreviousMode: a service's field
                PUSHED
                push    eax
                PUSHED  REG_EAX
                push    ecx
                PUSHED  REG_ECX
                push    edx
                PUSHED  REG_EDX
                push    ds
                PUSHED
                push    es
                PUSHED
                push    gs
                PUSHED
                sub     esp, FRAME_GS           ; down to DbgEbp
                mov     esi, ebp                ; the handler
                mov     ebp, esp
                CFI_FRAME_IN_EBP
                mov     eax, SELECTOR_R3_DATA
                mov     ds, ax
                mov     es, ax
                cld
                SET_DEBUG_LINK 0
                FLATTEN_USER_FRAME              ; and start a new exception list
                mov     edi, [fs:PCR_CURRENT_THREAD]
                SAVE_DEBUG_REGISTERS edi
; Checkpoint. IF = 0, DF = 0; DS = ES = 23, FS = 30; EBP = ESP = frame, so that EBP chains lead
; through DbgEbp and DbgEip to the interrupted code; ESI = handler.
                cmp     dword [KiEventsOn], 0
                jne     .note
.noted:         push    ebp
                call    esi
                add     esp, 4
                jmp     KiExceptionExit
.note:          push    esi                     ; VOID KiNoteTrapIn(PKTRAP_FRAME, ULONG Handler)
                push    ebp
                call    KiNoteTrapIn
                add     esp, 8
                jmp     .noted
                CFI_END

; In: EBP = a frame from ring 3, of a thread that uses debug registers. Clobbers EBX.
; Out: they are in the frame, and none is armed while ring 0 runs.
                global  KiSaveDebugRegisters
KiSaveDebugRegisters:
                CFI_BEGIN cfi_cie
                CFI_DEF_CFA REG_ESP, 4
                mov     ebx, dr0
                mov     [ebp+FRAME_DR0], ebx
                mov     ebx, dr1
                mov     [ebp+FRAME_DR1], ebx
                mov     ebx, dr2
                mov     [ebp+FRAME_DR2], ebx
                mov     ebx, dr3
                mov     [ebp+FRAME_DR3], ebx
                mov     ebx, dr6
                mov     [ebp+FRAME_DR6], ebx
                mov     ebx, dr7
                mov     [ebp+FRAME_DR7], ebx
                xor     ebx, ebx
                mov     dr7, ebx
                ret
                CFI_END
