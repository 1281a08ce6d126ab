/* SPDX-License-Identifier: MIT */
/*
 * The checked build's own questions. The compiler asks them (-fsanitize=undefined, without null,
 * alignment and pointer arithmetic, which a kernel does on purpose; -fstack-protector-strong), and
 * calls these when the answer is wrong: what and where on the kernel's line, then a bugcheck.
 */
#ifdef CHECKED
#include "ke.h"

/* What the compiler hands over begins with the place. */
typedef struct _KI_UB_DATA {
    PCSTR File;
    ULONG Line, Column;
} KI_UB_DATA;

/* P1: 0; the code that asked; the line; the file's name. */
static DECLSPEC_NORETURN VOID KiUndefined(PCSTR What, const KI_UB_DATA *Data, PVOID Caller)
{
    KeDisplay("\nubsan: %s:%lu:%lu: %s\n", Data->File, Data->Line, Data->Column, What);
    KeBugCheckEx(DRIVER_VERIFIER_DETECTED_VIOLATION, 0, (ULONG)Caller, Data->Line,
                 (ULONG)Data->File);
}

#define UNDEFINED(name, what)                                                                      \
    DECLSPEC_NORETURN VOID __ubsan_handle_##name(const KI_UB_DATA *Data);                          \
    DECLSPEC_NORETURN VOID __ubsan_handle_##name(const KI_UB_DATA *Data)                           \
    {                                                                                              \
        KiUndefined(what, Data, __builtin_return_address(0));                                      \
    }

UNDEFINED(add_overflow_abort, "a signed sum does not fit")
UNDEFINED(sub_overflow_abort, "a signed difference does not fit")
UNDEFINED(mul_overflow_abort, "a signed product does not fit")
UNDEFINED(negate_overflow_abort, "the negative does not fit")
UNDEFINED(divrem_overflow_abort, "a division by 0, or whose result does not fit")
UNDEFINED(shift_out_of_bounds_abort, "shifted by too much, or something negative")
UNDEFINED(out_of_bounds_abort, "an index is out of bounds")
UNDEFINED(load_invalid_value_abort, "a BOOLEAN or enumeration has a value it cannot have")
UNDEFINED(type_mismatch_v1_abort, "a pointer to something that is not there")
UNDEFINED(vla_bound_not_positive_abort, "an array of no elements")
UNDEFINED(invalid_builtin_abort, "a builtin was asked what it cannot answer")
UNDEFINED(nonnull_arg_abort, "an argument that may not be null is")
UNDEFINED(builtin_unreachable, "code was reached that cannot be")
UNDEFINED(missing_return, "a function ended without a value")

/* On the stack between locals and return address; never changed, so that every run is the same. */
ULONG __stack_chk_guard = 0xE2D9000A;

DECLSPEC_NORETURN VOID __stack_chk_fail(VOID);
DECLSPEC_NORETURN VOID __stack_chk_fail(VOID)
{
    KeBugCheckEx(DRIVER_OVERRAN_STACK_BUFFER, (ULONG)__builtin_frame_address(0), __stack_chk_guard,
                 ~__stack_chk_guard, 0);
}
#endif
