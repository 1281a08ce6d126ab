/* SPDX-License-Identifier: MIT */
/*
 * Balanced trees (AVL), intrusive: the links lie in the caller's own structure, as LIST_ENTRY does,
 * so that inserting cannot fail. Address descriptors and names are kept in them. A tree takes no
 * lock.
 */
#pragma once

#include "nt/ntdef.h"

typedef struct _RTL_BALANCED_LINKS {
    struct _RTL_BALANCED_LINKS *Parent, *LeftChild, *RightChild;
    ULONG Height; /* of the subtree; a leaf's is 1 */
} RTL_BALANCED_LINKS, *PRTL_BALANCED_LINKS;

typedef struct _RTL_TREE {
    PRTL_BALANCED_LINKS Root; /* NULL: empty */
    ULONG Count;
} RTL_TREE, *PRTL_TREE;

/* Below 0: Key lies before the node; 0: it is the node's; above 0: behind. */
typedef LONG (*PRTL_COMPARE)(const VOID *Key, const RTL_BALANCED_LINKS *Node);

/* The node whose key it is, or NULL. */
PRTL_BALANCED_LINKS RtlpFindInTree(const RTL_TREE *Tree, PRTL_COMPARE Compare, const VOID *Key);

/* The last node that does not lie behind Key, or NULL. */
PRTL_BALANCED_LINKS RtlpFindBefore(const RTL_TREE *Tree, PRTL_COMPARE Compare, const VOID *Key);

/* Puts Node in; FALSE when one with that key is there already, and then Node was left alone. */
BOOLEAN RtlpInsertIntoTree(PRTL_TREE Tree, PRTL_COMPARE Compare, const VOID *Key,
                           PRTL_BALANCED_LINKS Node);
VOID RtlpRemoveFromTree(PRTL_TREE Tree, PRTL_BALANCED_LINKS Node);

/* In order; NULL: there is none. */
PRTL_BALANCED_LINKS RtlpFirstInTree(const RTL_TREE *Tree);
PRTL_BALANCED_LINKS RtlpNextInTree(const RTL_BALANCED_LINKS *Node);
