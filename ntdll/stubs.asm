; SPDX-License-Identifier: MIT
; The system service stubs, generated from services.def: Nt and Zw are two names of one.
%include "asm/abi.inc"
%include "asm/cfi.inc"
%include "offsets.inc"

                section .text

; ULONG/NTSTATUS NTAPI Nt<name>(...): EAX = number, EDX = the first argument's address.
%macro SERVICE 3
                align   16, int3
                global  STDCALL(Nt%2, %3), STDCALL(Zw%2, %3)
STDCALL(Zw%2, %3):
STDCALL(Nt%2, %3):
                CFI_BEGIN cfi_cie
                CFI_DEF_CFA REG_ESP, 4
                mov     eax, %1
                lea     edx, [esp+4]
                int     2Eh
                ret     %3
                CFI_END
%endmacro

%include "services.inc"
