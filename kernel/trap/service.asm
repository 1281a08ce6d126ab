; SPDX-License-Identifier: MIT
; int 2E, and the three small doors beside it. nt-facts 2.5, 2.7.
%include "entry.inc"

extern KeServiceDescriptorTable, KeCopyFromCaller, NtCallbackReturn, KiLoadDebugRegisters
extern KiDeliverUserApc, KiEventsOn, KiNoteServiceIn, KiNoteServiceOut

TABLE_BASE              equ     0               ; one of trap/tables.asm's descriptors
TABLE_LIMIT             equ     8
TABLE_NUMBER            equ     0Ch

                section .text

; Builds the trap frame of a service. (The frames link through Edx as NT's do: NtContinue and the
; callback unlink them.) Everything but EAX, ECX, EDX is kept for the caller.
; EAX (number), EDX (argument pointer) and ECX are left alone; they are not saved either: a
; service destroys ECX and EDX, and the frame's Edx links to the previous frame.
; Out: EBP = ESP = frame, ESI = thread, FS = 30, DS = ES = 23, DF = 0, interrupts still off.
%macro ENTER_SERVICE 0
                TRAP_BEGIN 0
                push    0                       ; ErrCode
                PUSHED
                push    ebp
                PUSHED  REG_EBP
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
                mov     esi, [fs:PCR_CURRENT_THREAD]
                sub     esp, FRAME_EXCEPTION_LIST
                mov     ebp, esp
                CFI_DEF_CFA REG_EBP, FRAME_ESP
                mov     [ebp+FRAME_DS], ds
                mov     [ebp+FRAME_ES], es
                mov     bx, SELECTOR_R3_DATA
                mov     ds, bx
                mov     es, bx
                mov     [ebp+FRAME_GS], gs
                cld
                movzx   ebx, byte [esi+THREAD_PREVIOUS_MODE]
                mov     [ebp+FRAME_PREVIOUS_MODE], ebx
                mov     ebx, [esi+THREAD_TRAP_FRAME]
                mov     [ebp+FRAME_EDX], ebx
                mov     [esi+THREAD_TRAP_FRAME], ebp
                SET_DEBUG_LINK edx
                FLATTEN_USER_FRAME
                SAVE_DEBUG_REGISTERS esi
                bt      dword [ebp+FRAME_CS], 0 ; ring 3's bit is UserMode
                setc    byte [esi+THREAD_PREVIOUS_MODE]
%endmacro

; int 2E. In: EAX = number (bits 12-13: table), EDX = address of the arguments.
; Out: EAX = status; ECX, EDX destroyed.
                align   16, int3
                global  KiSystemService
KiSystemService:
                ENTER_SERVICE
                sti
                inc     dword [fs:PCR_SYSTEM_CALLS]
                mov     [ebp+FRAME_ECX], eax    ; which a service destroys: for the event log
                mov     edi, eax
                shr     edi, 8
                and     edi, 30h                ; descriptors are 10h bytes
                add     edi, KeServiceDescriptorTable
                and     eax, 0FFFh
                cmp     eax, [edi+TABLE_LIMIT]
                jae     .invalid
                mov     ebx, [edi+TABLE_BASE]
                mov     ebx, [ebx+eax*4]        ; the service
                mov     edi, [edi+TABLE_NUMBER]
                movzx   ecx, byte [edi+eax]     ; bytes of arguments
                jecxz   .call
                sub     esp, ecx
                mov     eax, esp
                push    ecx                     ; NTSTATUS KeCopyFromCaller(To, From, Bytes)
                push    edx
                push    eax
                call    KeCopyFromCaller
                add     esp, 12
                test    eax, eax
                js      KiServiceExit
.call:          cmp     dword [KiEventsOn], 0
                jne     KiSystemService.note
.noted:         call    ebx                     ; stdcall; the arguments are its own copy

; In: EBP = frame, EAX = status. Out: back behind the int, all but EAX, ECX, EDX as it was.
KiServiceExit:
                mov     [ebp+FRAME_EAX], eax    ; before anything that may look at the frame
                cmp     dword [KiEventsOn], 0
                jne     KiServiceExit.note
.again:         cli
                mov     esi, [fs:PCR_CURRENT_THREAD]
                cmp     byte [esi+THREAD_USER_APC_PENDING], 0
                jne     .deliver
.delivered:
                mov     ebx, [ebp+FRAME_PREVIOUS_MODE]
                mov     [esi+THREAD_PREVIOUS_MODE], bl
                mov     ebx, [ebp+FRAME_EDX]
                mov     [esi+THREAD_TRAP_FRAME], ebx
                mov     ebx, [ebp+FRAME_EXCEPTION_LIST]
                mov     [fs:0], ebx
                cmp     dword [ebp+FRAME_DR7], 0
                je      .plain
                call    KiLoadDebugRegisters
.plain:         mov     eax, [ebp+FRAME_EAX]
                mov     gs, [ebp+FRAME_GS]
                mov     es, [ebp+FRAME_ES]
                mov     ds, [ebp+FRAME_DS]
                xor     ecx, ecx                ; destroyed, but not with the kernel's addresses
                xor     edx, edx
                lea     esp, [ebp+FRAME_FS]
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
                add     esp, 4
                CFI_DEF_CFA REG_ESP, FRAME_ESP - FRAME_EIP
                iretd
                CFI_END

; An APC waits: it is laid over the frame, whose EAX it will bring back.
KiServiceExit.deliver:
                CFI_BEGIN cfi_cie_signal
                CFI_FRAME_IN_EBP
                test    byte [ebp+FRAME_CS], 1
                jz      KiServiceExit.delivered
                sti
                push    1                       ; ServiceExit
                push    ebp
                call    KiDeliverUserApc
                add     esp, 8
                jmp     KiServiceExit.again
                CFI_END

KiSystemService.note:
                CFI_BEGIN cfi_cie_signal
                CFI_FRAME_IN_EBP
                mov     eax, esp                ; VOID KiNoteServiceIn(PKTRAP_FRAME, const ULONG *)
                push    eax
                push    ebp
                call    KiNoteServiceIn
                add     esp, 8
                jmp     KiSystemService.noted
                CFI_END

KiServiceExit.note:
                CFI_BEGIN cfi_cie_signal
                CFI_FRAME_IN_EBP
                push    ebp
                call    KiNoteServiceOut
                add     esp, 4
                jmp     KiServiceExit.again
                CFI_END

KiSystemService.invalid:
                CFI_BEGIN cfi_cie_signal
                CFI_FRAME_IN_EBP
                mov     eax, S_INVALID_SYSTEM_SERVICE
                jmp     KiServiceExit
                CFI_END

; int 2B. In: ECX = OutputBuffer, EDX = OutputLength, EAX = Status.
; Out: only on failure, EAX = STATUS_NO_CALLBACK_ACTIVE. The service NtCallbackReturn by registers.
                align   16, int3
                global  KiCallbackReturn
KiCallbackReturn:
                ENTER_SERVICE
                sti
                inc     dword [fs:PCR_SYSTEM_CALLS]
                push    eax
                push    edx
                push    ecx
                call    NtCallbackReturn
                jmp     KiServiceExit
                CFI_END

; int 2A. Out: EAX = milliseconds since boot; EDX destroyed. Without a frame: interrupts stay off
; and nothing is touched but the shared page, through CS: DS may be anything.
                align   16, int3
                global  KiGetTickCount
KiGetTickCount: TRAP_BEGIN 0
                mov     eax, [cs:SHARED_TICK_COUNT]
                mul     dword [cs:SHARED_TICK_MULTIPLIER]
                shrd    eax, edx, 24
                mov     dword [esp+10h], SELECTOR_R3_DATA ; entry.inc says why
                iretd
                CFI_END

; int 2C. Out: EAX = STATUS_NO_EVENT_PAIR: no thread has one (nt-facts 2.5).
                align   16, int3
                global  KiSetLowWaitHighThread
KiSetLowWaitHighThread:
                TRAP_BEGIN 0
                mov     eax, S_NO_EVENT_PAIR
                mov     dword [esp+10h], SELECTOR_R3_DATA
                iretd
                CFI_END
