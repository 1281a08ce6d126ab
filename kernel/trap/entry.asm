; SPDX-License-Identifier: MIT
; KiEnterTrap: from a vector's stub to its C routine, the trap frame complete.
%include "entry.inc"

extern KiExceptionExit

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
                lea     edi, [ebp+FRAME_DR0]
                xor     eax, eax                ; Dr0-3, 6, 7: no thread uses them
                mov     ecx, 6
                rep     stosd
                FLATTEN_USER_FRAME              ; and start a new exception list
; Checkpoint. IF = 0, DF = 0; DS = ES = 23, FS = 30; EBP = ESP = frame, so that EBP chains lead
; through DbgEbp and DbgEip to the interrupted code; ESI = handler.
                push    ebp
                call    esi
                add     esp, 4
                jmp     KiExceptionExit
                CFI_END
