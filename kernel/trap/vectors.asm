; SPDX-License-Identifier: MIT
; The 256 vectors. One line each says all there is to say; the macro writes the stub and, beside
; it, the row from which i386/idt.c makes the gate (nt-facts 2.1; seed 004's dump).
;
;   TRAP  number, stub, DPL, handler [, E]   an exception; E: the processor pushes an error code
;   DOOR  number, stub, DPL                  a stub of its own elsewhere (service.asm)
;   TASK  number, selector                   a task gate
;   EMPTY first, last                        not present
;   IRQ   number, stub                       a hardware interrupt
;   UNEXPECTED first, last                   KiUnexpectedInterrupt<vector - 30h>
%include "entry.inc"

GATE_INTERRUPT          equ     8E00h
GATE_TASK               equ     8500h
GATE_NOT_PRESENT        equ     0E00h

extern KiEnterTrap, KiGetTickCount, KiCallbackReturn, KiSetLowWaitHighThread, KiSystemService

                section .rdata progbits alloc noexec nowrite align=16
                global  KiVectors
KiVectors:
                section .text

%macro ROW 3                                    ; stub, selector, access
                section .rdata
                dd      %1
                dw      %2, %3
                section .text
%endmacro

%macro CHECK 1                                  ; rows stand at their numbers
                section .rdata
%if ($ - KiVectors) != (%1) * 8
%error row out of place
%endif
                section .text
%endmacro

; The stub makes every frame alike: an error code, then EBP, whose place in the register is taken
; by the C routine that KiEnterTrap is to call.
%macro STUB 4                                   ; name, handler, 4 with error code or 0, value
                align   4, int3
                global  %1
%1:             TRAP_BEGIN %3
%if %3 = 0
                push    %4
                PUSHED
%endif
                push    ebp
                PUSHED  REG_EBP
                mov     ebp, %2
                jmp     KiEnterTrap
                CFI_END
%endmacro

%macro TRAP 4-5
                CHECK   %1
                ROW     %2, SELECTOR_R0_CODE, GATE_INTERRUPT | (%3) << 13
%ifdef SEEN_%4
%else
%define SEEN_%4
extern %4
%endif
%if %0 = 5
                STUB    %2, %4, 4, 0
%else
                STUB    %2, %4, 0, 0
%endif
%endmacro

%macro DOOR 3
                CHECK   %1
                ROW     %2, SELECTOR_R0_CODE, GATE_INTERRUPT | (%3) << 13
%endmacro

%macro TASK 2
                CHECK   %1
                ROW     0, %2, GATE_TASK
%endmacro

%macro EMPTY 2
                CHECK   %1
%rep %2 - %1 + 1
                ROW     0, SELECTOR_R0_CODE, GATE_NOT_PRESENT
%endrep
%endmacro

%macro SAME 2-3                                 ; first, stub [, last]: rows that share a stub
                CHECK   %1
%assign LAST %1
%if %0 = 3
%assign LAST %3
%endif
%rep LAST - %1 + 1
                ROW     %2, SELECTOR_R0_CODE, GATE_INTERRUPT
%endrep
%endmacro

extern KiInterruptHandler
%macro IRQ 2
                CHECK   %1
                ROW     %2, SELECTOR_R0_CODE, GATE_INTERRUPT
                STUB    %2, KiInterruptHandler, 0, %1
%endmacro

%macro UNEXPECTED 1-2
%assign NUMBER %1
%rep %{-1:-1} - %1 + 1
%assign INDEX NUMBER - 30h
                IRQ     NUMBER, KiUnexpectedInterrupt%[INDEX]
%assign NUMBER NUMBER + 1
%endrep
%endmacro

                TRAP    00h, KiTrap00, 0, KiTrap00Handler       ; #DE
                TRAP    01h, KiTrap01, 0, KiTrap01Handler       ; #DB
                TASK    02h, SELECTOR_NMI_TSS                   ; NMI
                TRAP    03h, KiTrap03, 3, KiTrap03Handler       ; #BP
                TRAP    04h, KiTrap04, 3, KiTrap04Handler       ; #OF
                TRAP    05h, KiTrap05, 0, KiTrap05Handler       ; #BR
                TRAP    06h, KiTrap06, 0, KiTrap06Handler       ; #UD
                TRAP    07h, KiTrap07, 0, KiTrap07Handler       ; #NM
                TASK    08h, SELECTOR_DF_TSS                    ; #DF
                TRAP    09h, KiTrap09, 0, KiTrap09Handler       ; 386 coprocessor overrun
                TRAP    0Ah, KiTrap0A, 0, KiTrap0AHandler, E    ; #TS
                TRAP    0Bh, KiTrap0B, 0, KiTrap0BHandler, E    ; #NP
                TRAP    0Ch, KiTrap0C, 0, KiTrap0CHandler, E    ; #SS
                TRAP    0Dh, KiTrap0D, 0, KiTrap0DHandler, E    ; #GP
                TRAP    0Eh, KiTrap0E, 0, KiTrap0EHandler, E    ; #PF
                TRAP    0Fh, KiTrap0F, 0, KiTrap0FHandler       ; reserved
                TRAP    10h, KiTrap10, 0, KiTrap10Handler       ; #MF
                TRAP    11h, KiTrap11, 0, KiTrap11Handler, E    ; #AC
                SAME    12h, KiTrap0F                           ; #MC (seed: _KiTrap0F)
                TRAP    13h, KiTrap13, 0, KiTrap13Handler       ; #XM (XP; NT 4: KiTrap0F)
                SAME    14h, KiTrap0F, 1Fh
                EMPTY   20h, 29h
                DOOR    2Ah, KiGetTickCount, 3
                DOOR    2Bh, KiCallbackReturn, 3
                DOOR    2Ch, KiSetLowWaitHighThread, 3
                TRAP    2Dh, KiDebugService, 3, KiDebugServiceHandler
                DOOR    2Eh, KiSystemService, 3
                SAME    2Fh, KiTrap0F
                IRQ     30h, HalpClockInterrupt                 ; IRQ 0
                IRQ     31h, KiKeyboardInterrupt                ; IRQ 1
                UNEXPECTED 32h
                IRQ     33h, KiCom2Interrupt                    ; IRQ 3
                IRQ     34h, KiCom1Interrupt                    ; IRQ 4
                UNEXPECTED 35h, 37h
                IRQ     38h, HalpProfileInterrupt               ; IRQ 8, the RTC
                UNEXPECTED 39h, 0FFh
                CHECK   100h
