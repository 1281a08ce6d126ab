/* SPDX-License-Identifier: MIT */
/*
 * #GP, vector 0D, and its neighbours: what the kernel reads out of the instruction. Privileged ones
 * are C0000096 without parameters, the rest is an access violation at FFFFFFFF. Source: nt-facts
 * 2.2 (Wine's tests on Windows; ReactOS's table). Left out because QEMU's TCG does not do it:
 * access through a null selector.
 */
#include "course.h"

/* INT n for every n that has no gate of DPL 3. */
static VOID ClosedGates(VOID)
{
    UCHAR *Code = NewPages(1, PAGE_EXECUTE_READWRITE);
    ULONG Closed = 0, Different = 0;

    for (ULONG n = 0; n < 256; n++) {
        if (n == 3 || n == 4 || (n >= 0x2A && n <= 0x2E)) {
            continue;
        }
        Code[0] = 0xCD;
        Code[1] = (UCHAR)n;
        Code[2] = 0xC3;
        Run(Code, Scratch);
        Closed++;
        Different += Seen.Count != 1 || Seen.Record.ExceptionCode != STATUS_ACCESS_VIOLATION ||
                     Seen.Record.ExceptionAddress != Code || Seen.Context.Eip != (ULONG)Code ||
                     Seen.Record.NumberParameters != 2 ||
                     Seen.Record.ExceptionInformation[0] != 0 ||
                     Seen.Record.ExceptionInformation[1] != 0xFFFFFFFF;
    }
    Print("  %lu closed gates, %lu of them not {0, FFFFFFFF}\n", Closed, Different);
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    CASE("privileged in every case: one byte");
    ROW("hlt", 0xF4);

    CASE("privileged where CPL > IOPL, and IOPL is 0: flags and ports");
    ROW("cli", 0xFA);
    ROW("sti", 0xFB);
    ROW("in al, 80h", 0xE4, 0x80);
    ROW("in eax, 80h", 0xE5, 0x80);
    ROW("out 80h, al", 0xE6, 0x80);
    ROW("out 80h, eax", 0xE7, 0x80);
    ROW("in al, dx", 0xEC);
    ROW("in eax, dx", 0xED);
    ROW("out dx, al", 0xEE);
    ROW("out dx, eax", 0xEF);
    ROW("insb", 0x6C);
    ROW("insd", 0x6D);
    ROW("outsb", 0x6E);
    ROW("outsd", 0x6F);

    CASE("privileged: control and debug registers");
    ROW("mov eax, cr0", 0x0F, 0x20, 0xC0);
    ROW("mov cr3, eax", 0x0F, 0x22, 0xD8);
    ROW("mov eax, dr7", 0x0F, 0x21, 0xF8);
    ROW("mov dr7, eax", 0x0F, 0x23, 0xF8);
    ROW("clts", 0x0F, 0x06);
    ROW("lmsw ax", 0x0F, 0x01, 0xF0);

    CASE("privileged: tables");
    ROW("lgdt", 0x0F, 0x01, 0x13);
    ROW("lidt", 0x0F, 0x01, 0x1B);
    ROW("lldt ax", 0x0F, 0x00, 0xD0);
    ROW("ltr ax", 0x0F, 0x00, 0xD8);

    CASE("privileged: caches and model-specific registers");
    ROW("invd", 0x0F, 0x08);
    ROW("wbinvd", 0x0F, 0x09);
    ROW("invlpg", 0x0F, 0x01, 0x3B);
    ROW("rdmsr", 0x0F, 0x32);
    ROW("wrmsr", 0x0F, 0x30);

    CASE("every prefix is skipped, up to fifteen bytes");
    ROW("repne", 0xF2, 0xF4);
    ROW("rep", 0xF3, 0xF4);
    ROW("address size", 0x67, 0xF4);
    ROW("operand size", 0x66, 0xF4);
    ROW("cs:", 0x2E, 0xF4);
    ROW("ds:", 0x3E, 0xF4);
    ROW("es:", 0x26, 0xF4);
    ROW("fs:", 0x64, 0xF4);
    ROW("gs:", 0x65, 0xF4);
    ROW("ss:", 0x36, 0xF4);
    ROW("rep outsb", 0xF3, 0x6E);
    ROW("cs: operand size, clts", 0x2E, 0x66, 0x0F, 0x06);
    ROW("fourteen and hlt", 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
        0x66, 0x66, 0xF4);
    ROW("fifteen prefixes", 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
        0x66, 0x66, 0x66, 0x90);

    CASE("int n to a gate that ring 3 may not use");
    ROW("int 0", 0xCD, 0x00);
    ROW("int 0e", 0xCD, 0x0E);
    ROW("int 20", 0xCD, 0x20);
    ROW("int 30", 0xCD, 0x30);
    ROW("int ff", 0xCD, 0xFF);

    CASE("selectors that ring 3 may not load");
    ROW("mov ss, cs", 0x8C, 0xC8, 0x8E, 0xD0);
    ROW("mov ss, 10", 0x66, 0xB8, 0x10, 0x00, 0x8E, 0xD0);
    ROW("mov ss, 0", 0x31, 0xC0, 0x8E, 0xD0);
    ROW("mov ds, 28", 0x66, 0xB8, 0x28, 0x00, 0x8E, 0xD8);
    ROW("mov es, 30", 0x66, 0xB8, 0x30, 0x00, 0x8E, 0xC0);
    ROW("mov fs, beyond the table", 0x66, 0xB8, 0xFB, 0xFF, 0x8E, 0xE0);

    CASE("ways into ring 0 that are none");
    ROW("far jump to 8:", 0xEA, 0, 0, 0, 0, 0x08, 0x00);
    ROW("far call to 8:", 0x9A, 0, 0, 0, 0, 0x08, 0x00);
    ROW("far call to the #DF task", 0x9A, 0, 0, 0, 0, 0x53, 0x00);
    ROW("far return to 8:", 0x6A, 0x08, 0x68, 0, 0, 0, 0, 0xCB);
    ROW("iret to 8:", 0x9C, 0x6A, 0x08, 0x68, 0, 0, 0, 0, 0xCF);
    ROW("sysenter", 0x0F, 0x34);

    CASE("the same for every gate that is closed");
    ClosedGates();
    return 0;
}
