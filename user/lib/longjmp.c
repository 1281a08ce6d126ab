/* SPDX-License-Identifier: MIT */
/* longjmp: unwinds to the frame of its setjmp, then goes there. */
#include "scopes.h"
#include "setjmp.h"

#define VC20 0x56433230UL /* in setjmp.asm too */

/* setjmp.asm counts on these. */
ASSERT_OFFSET(JUMP_BUFFER, Ebp, 0x00);
ASSERT_OFFSET(JUMP_BUFFER, Ebx, 0x04);
ASSERT_OFFSET(JUMP_BUFFER, Edi, 0x08);
ASSERT_OFFSET(JUMP_BUFFER, Esi, 0x0C);
ASSERT_OFFSET(JUMP_BUFFER, Esp, 0x10);
ASSERT_OFFSET(JUMP_BUFFER, Eip, 0x14);
ASSERT_OFFSET(JUMP_BUFFER, Registration, 0x18);
ASSERT_OFFSET(JUMP_BUFFER, TryLevel, 0x1C);
ASSERT_OFFSET(JUMP_BUFFER, UnwindFunc, 0x24);
ASSERT_OFFSET(JUMP_BUFFER, UnwindData, 0x28);
ASSERT_OFFSET(SEH_SCOPE_FRAME, TryLevel, FIELD_OFFSET(SEH_SCOPE_FRAME, Registration) + 0x0C);

DECLSPEC_NORETURN VOID SehpLongJump(JUMP_BUFFER *Buffer, int Value); /* setjmp.asm */

VOID NTAPI _seh_longjmp_unwind(JUMP_BUFFER *Buffer)
{
    _local_unwind2(Buffer->Registration, Buffer->TryLevel);
}

VOID NTAPI _seh_longjmp_unwind4(JUMP_BUFFER *Buffer)
{
    _local_unwind4(&__security_cookie, Buffer->Registration, Buffer->TryLevel);
}

/* What of the target's own frame lies inside its setjmp: __try blocks entered since. */
static VOID SehpUnwindTarget(JUMP_BUFFER *Buffer)
{
    PEXCEPTION_REGISTRATION_RECORD Registration = Buffer->Registration;

    if (Buffer->Cookie == VC20 && Buffer->UnwindFunc != NULL) {
        Buffer->UnwindFunc(Buffer);
    } else if (Registration->Handler == _except_handler3) {
        _seh_longjmp_unwind(Buffer);
    } else if (Registration->Handler == _except_handler4) {
        _seh_longjmp_unwind4(Buffer);
    }
}

DECLSPEC_NORETURN VOID longjmp(JUMP_BUFFER *Buffer, int Value)
{
    if (Buffer->Registration != NtCurrentTeb()->NtTib.ExceptionList) {
        _global_unwind2(Buffer->Registration);
    }
    if (Buffer->Registration != EXCEPTION_CHAIN_END) {
        SehpUnwindTarget(Buffer);
    }
    SehpLongJump(Buffer, Value != 0 ? Value : 1);
}
