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
                CPUSH   ebx, REG_EBX
                CPUSH   esi, REG_ESI
                CPUSH   edi, REG_EDI
                CPUSH   fs
                mov     ebx, SELECTOR_R0_PCR
                mov     fs, bx
                CPUSH   dword [fs:0]
                CPUSH   -1                      ; PreviousPreviousMode: a service's field
                CPUSH   eax, REG_EAX
                CPUSH   ecx, REG_ECX
                CPUSH   edx, REG_EDX
                CPUSH   ds
                CPUSH   es
                CPUSH   gs
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
                test    byte [ebp+FRAME_CS], 1
                jz      .call
                mov     dword [fs:0], CHAIN_END
; Checkpoint. IF = 0, DF = 0; DS = ES = 23, FS = 30; EBP = ESP = frame, so that EBP chains lead
; through DbgEbp and DbgEip to the interrupted code; ESI = handler.
.call:          push    ebp
                call    esi
                add     esp, 4
                jmp     KiExceptionExit
                CFI_END
