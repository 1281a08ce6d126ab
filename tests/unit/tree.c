/* SPDX-License-Identifier: MIT */
/* uses: kernel/rtl/tree.c */
/* The balanced tree against an array of flags: 20 seeds, 3,000 steps each; shape checked. */
#include "rtl/tree.h"
#include "unit.h"

#define KEYS 300

typedef struct {
    int Key;
    RTL_BALANCED_LINKS Links;
} NODE;

static NODE Nodes[KEYS];
static char Present[KEYS];
static RTL_TREE Tree;

#define NodeOf(links) CONTAINING_RECORD(links, NODE, Links)

static LONG Compare(const VOID *Key, const RTL_BALANCED_LINKS *Links)
{
    return *(const int *)Key - NodeOf(Links)->Key;
}

/* The height, checked: siblings differ by one at most, and children know their parent. */
static ULONG CheckShape(PRTL_BALANCED_LINKS Node, PRTL_BALANCED_LINKS Parent)
{
    ULONG Left, Right;

    if (Node == NULL) {
        return 0;
    }
    CHECK_EQ(Node->Parent, Parent);
    Left = CheckShape(Node->LeftChild, Node);
    Right = CheckShape(Node->RightChild, Node);
    CHECK(Left <= Right + 1 && Right <= Left + 1);
    CHECK_EQ(Node->Height, (Left > Right ? Left : Right) + 1);
    return Node->Height;
}

static void CheckOrder(void)
{
    PRTL_BALANCED_LINKS Node = RtlpFirstInTree(&Tree);
    ULONG Count = 0;

    for (int i = 0; i < KEYS; i++) {
        if (Present[i]) {
            CHECK_EQ(Node, &Nodes[i].Links);
            Node = RtlpNextInTree(&Nodes[i].Links);
            Count++;
        }
    }
    CHECK_EQ(Node, 0);
    CHECK_EQ(Tree.Count, Count);
}

static PRTL_BALANCED_LINKS Before(int Key)
{
    while (Key >= 0 && !Present[Key]) {
        Key--;
    }
    return Key >= 0 ? &Nodes[Key].Links : NULL;
}

int main(void)
{
    for (ULONG Seed = 1; Seed <= 20; Seed++) {
        ULONG Random = Seed;

        Tree = (RTL_TREE){0};
        for (int i = 0; i < KEYS; i++) {
            Nodes[i].Key = i;
            Present[i] = 0;
        }
        for (int Step = 0; Step < 3000; Step++) {
            Random = Random * 1664525 + 1013904223;
            int Key = (int)((Random >> 8) % KEYS);

            if (Random >> 31) {
                CHECK_EQ(RtlpInsertIntoTree(&Tree, Compare, &Key, &Nodes[Key].Links),
                         !Present[Key]);
                Present[Key] = 1;
            } else if (Present[Key]) {
                RtlpRemoveFromTree(&Tree, &Nodes[Key].Links);
                Present[Key] = 0;
            }
            CHECK_EQ(RtlpFindInTree(&Tree, Compare, &Key), Present[Key] ? &Nodes[Key].Links : NULL);
            CHECK_EQ(RtlpFindBefore(&Tree, Compare, &Key), Before(Key));
            if (Step % 50 == 0) {
                CheckShape(Tree.Root, NULL);
                CheckOrder();
            }
        }
    }
    return UnitResult();
}
