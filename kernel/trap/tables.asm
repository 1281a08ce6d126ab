; SPDX-License-Identifier: MIT
; The service tables, from services.def: addresses, and bytes of arguments. Generated rows only;
; a number below the limit that has no row is STATUS_INVALID_SYSTEM_SERVICE.
%include "asm/abi.inc"
%include "offsets.inc"

                section .rdata progbits alloc noexec nowrite align=16

%define TABLE(number)           (((number) >> 12) & 3)
%define INDEX(number)           ((number) & 0FFFh)

; Pads the table at %1, whose elements have %2 bytes, up to element %3.
%macro FILL 3
                times ((%3) * (%2) - ($ - %1)) / 4 dd KiInvalidSystemService
%endmacro

%macro SERVICE 3
%if TABLE(%1) = CURRENT
                FILL    KiServices%[CURRENT], 4, INDEX(%1)
extern Nt%2
                dd      Nt%2
%endif
%endmacro

%assign CURRENT 0
KiServices0:
%include "services.inc"
                FILL    KiServices0, 4, SERVICE_LIMIT
%assign CURRENT 1
KiServices1:
%include "services.inc"
                FILL    KiServices1, 4, MICA_LIMIT
%unmacro SERVICE 3

%macro SERVICE 3
%if TABLE(%1) = CURRENT
                times INDEX(%1) - ($ - KiArguments%[CURRENT]) db 0
                db      %3
%endif
%endmacro

%assign CURRENT 0
KiArguments0:
%include "services.inc"
                times SERVICE_LIMIT - ($ - KiArguments0) db 0
%assign CURRENT 1
KiArguments1:
%include "services.inc"
                align   4, db 0

; Four of NT's KSERVICE_TABLE_DESCRIPTOR: Base, Count (unused), Limit, Number.
                global  KeServiceDescriptorTable
KeServiceDescriptorTable:
                dd      KiServices0, 0, SERVICE_LIMIT, KiArguments0
                dd      KiServices1, 0, MICA_LIMIT, KiArguments1
                dd      0, 0, 0, 0
                dd      0, 0, 0, 0

                section .text
KiInvalidSystemService:
                mov     eax, S_INVALID_SYSTEM_SERVICE
                ret
