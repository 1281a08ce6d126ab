; SPDX-License-Identifier: MIT
; Services called from ring 0: through the same door, with previous mode KernelMode, so that
; pointers are not probed. rtl ends its dispatching in these two.
%include "asm/abi.inc"
%include "asm/cfi.inc"
%include "offsets.inc"

                section .text

; NTSTATUS NTAPI Zw<name>(...); EAX, ECX, EDX destroyed.
%macro SERVICE 3
%ifidn %2, Continue
                ZW      %1, %2, %3
%elifidn %2, RaiseException
                ZW      %1, %2, %3
%endif
%endmacro

%macro ZW 3
PROC STDCALL(Zw%2, %3)
                mov     eax, %1
                lea     edx, [esp+4]
                int     2Eh
                ret     %3
ENDPROC
%endmacro

%include "services.inc"
