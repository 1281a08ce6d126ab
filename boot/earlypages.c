/* SPDX-License-Identifier: MIT */
/* The pages that boot/start.asm uses before there is anybody to allocate one. They stay in use. */
#include "nt/ntdef.h"

#define PAGES(name, count) __attribute__((aligned(4096))) UCHAR name[(count)*PAGE_SIZE]

PAGES(KiPageDirectory, 1);
PAGES(KiEarlyPageTables, 4); /* 80000000-80FFFFFF */
PAGES(KiTopPageTable, 1);    /* FFC00000-FFFFFFFF */
PAGES(KiPcrPage, 1);
PAGES(KiSharedDataPage, 1);
PAGES(KiBootStack, 3); /* then the idle thread's */
PAGES(KiDoubleFaultStack, 2);
PAGES(KiNmiStack, 2);
