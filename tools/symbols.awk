# SPDX-License-Identifier: MIT
# From `nm -n` of the kernel, the list that ke/images.c reads: functions by address.
BEGIN {
    print "; made by tools/symbols.awk"
    print "section .rdata progbits alloc noexec nowrite align=4"
    print "global KiSymbols, KiSymbolCount"
    print "KiSymbols:"
}
$2 ~ /^[tT]$/ && $3 ~ /^[A-Za-z_][A-Za-z0-9_]*$/ && $1 >= "80100000" && $1 != last {
    last = $1
    printf "    dd 0x%s, Name%d\n", $1, count
    names[count++] = $3
}
END {
    printf "KiSymbolCount: dd %d\n", count
    for (i = 0; i < count; i++)
        printf "Name%d: db \"%s\", 0\n", i, names[i]
}
