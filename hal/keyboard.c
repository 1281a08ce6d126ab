/* SPDX-License-Identifier: MIT */
/* The PS/2 keyboard, US layout, scan code set 1: characters, Shift, Caps Lock and Ctrl. */
#include "halp.h"

#define KBD_DATA 0x60
#define KBD_STATUS 0x64
#define KBD_OUTPUT_FULL 0x01

#define SCAN_RELEASE 0x80
#define SCAN_CTRL 0x1D
#define SCAN_LEFT_SHIFT 0x2A
#define SCAN_RIGHT_SHIFT 0x36
#define SCAN_CAPS_LOCK 0x3A

static const char HalpPlain[] =
    "\0\0331234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char HalpShifted[] =
    "\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

C_ASSERT(sizeof(HalpPlain) == sizeof(HalpShifted));

static BOOLEAN HalpShift, HalpCtrl, HalpCapsLock;

CHAR HalReadKeyboard(VOID)
{
    UCHAR Scan;
    BOOLEAN Down;
    CHAR Plain;

    if (!(HalpIn8(KBD_STATUS) & KBD_OUTPUT_FULL)) {
        return 0;
    }
    Scan = HalpIn8(KBD_DATA);
    Down = !(Scan & SCAN_RELEASE);
    Scan &= ~SCAN_RELEASE;
    switch (Scan) {
    case SCAN_LEFT_SHIFT:
    case SCAN_RIGHT_SHIFT:
        HalpShift = Down;
        return 0;
    case SCAN_CTRL:
        HalpCtrl = Down;
        return 0;
    case SCAN_CAPS_LOCK:
        HalpCapsLock ^= Down;
        return 0;
    }
    if (!Down || Scan >= sizeof(HalpPlain) - 1) {
        return 0;
    }
    Plain = HalpPlain[Scan];
    if (Plain >= 'a' && Plain <= 'z') {
        return HalpCtrl ? Plain - 'a' + 1 : HalpShift != HalpCapsLock ? HalpShifted[Scan] : Plain;
    }
    return HalpShift ? HalpShifted[Scan] : Plain;
}
