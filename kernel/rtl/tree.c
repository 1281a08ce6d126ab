/* SPDX-License-Identifier: MIT */
/* AVL trees: the heights of two siblings differ by one at most (Adelson-Velsky, Landis 1962). */
#include "tree.h"

static ULONG RtlpHeight(const RTL_BALANCED_LINKS *Node)
{
    return Node != NULL ? Node->Height : 0;
}

static VOID RtlpSetHeight(PRTL_BALANCED_LINKS Node)
{
    ULONG Left = RtlpHeight(Node->LeftChild), Right = RtlpHeight(Node->RightChild);

    Node->Height = (Left > Right ? Left : Right) + 1;
}

/* Where Parent (NULL: the root) keeps the pointer to Child. */
static PRTL_BALANCED_LINKS *RtlpChildSlot(PRTL_TREE Tree, PRTL_BALANCED_LINKS Parent,
                                          PRTL_BALANCED_LINKS Child)
{
    if (Parent == NULL) {
        return &Tree->Root;
    }
    return Parent->LeftChild == Child ? &Parent->LeftChild : &Parent->RightChild;
}

/* New takes Old's place below Old's parent. */
static VOID RtlpReplaceChild(PRTL_TREE Tree, PRTL_BALANCED_LINKS Old, PRTL_BALANCED_LINKS New)
{
    *RtlpChildSlot(Tree, Old->Parent, Old) = New;
    if (New != NULL) {
        New->Parent = Old->Parent;
    }
}

/* The child named moves up, Node becomes its other child. Returns the new top of the subtree. */
static PRTL_BALANCED_LINKS RtlpRotate(PRTL_TREE Tree, PRTL_BALANCED_LINKS Node, BOOLEAN LeftUp)
{
    PRTL_BALANCED_LINKS Up = LeftUp ? Node->LeftChild : Node->RightChild;
    PRTL_BALANCED_LINKS Moved = LeftUp ? Up->RightChild : Up->LeftChild;

    RtlpReplaceChild(Tree, Node, Up);
    if (LeftUp) {
        Node->LeftChild = Moved;
        Up->RightChild = Node;
    } else {
        Node->RightChild = Moved;
        Up->LeftChild = Node;
    }
    if (Moved != NULL) {
        Moved->Parent = Node;
    }
    Node->Parent = Up;
    RtlpSetHeight(Node);
    RtlpSetHeight(Up);
    return Up;
}

/* From Node up: heights, and where two siblings differ by two, a rotation or a double one. */
static VOID RtlpRebalance(PRTL_TREE Tree, PRTL_BALANCED_LINKS Node)
{
    for (; Node != NULL; Node = Node->Parent) {
        ULONG Left = RtlpHeight(Node->LeftChild), Right = RtlpHeight(Node->RightChild);

        if (Left > Right + 1) {
            if (RtlpHeight(Node->LeftChild->LeftChild) < RtlpHeight(Node->LeftChild->RightChild)) {
                RtlpRotate(Tree, Node->LeftChild, FALSE);
            }
            Node = RtlpRotate(Tree, Node, TRUE);
        } else if (Right > Left + 1) {
            if (RtlpHeight(Node->RightChild->RightChild) <
                RtlpHeight(Node->RightChild->LeftChild)) {
                RtlpRotate(Tree, Node->RightChild, TRUE);
            }
            Node = RtlpRotate(Tree, Node, FALSE);
        } else {
            RtlpSetHeight(Node);
        }
    }
}

PRTL_BALANCED_LINKS RtlpFindInTree(const RTL_TREE *Tree, PRTL_COMPARE Compare, const VOID *Key)
{
    PRTL_BALANCED_LINKS Node = Tree->Root;

    while (Node != NULL) {
        LONG Order = Compare(Key, Node);

        if (Order == 0) {
            break;
        }
        Node = Order < 0 ? Node->LeftChild : Node->RightChild;
    }
    return Node;
}

PRTL_BALANCED_LINKS RtlpFindBefore(const RTL_TREE *Tree, PRTL_COMPARE Compare, const VOID *Key)
{
    PRTL_BALANCED_LINKS Node = Tree->Root, Best = NULL;

    while (Node != NULL) {
        if (Compare(Key, Node) < 0) {
            Node = Node->LeftChild;
        } else {
            Best = Node;
            Node = Node->RightChild;
        }
    }
    return Best;
}

BOOLEAN RtlpInsertIntoTree(PRTL_TREE Tree, PRTL_COMPARE Compare, const VOID *Key,
                           PRTL_BALANCED_LINKS Node)
{
    PRTL_BALANCED_LINKS Parent = NULL, *Slot = &Tree->Root;

    while (*Slot != NULL) {
        LONG Order = Compare(Key, *Slot);

        if (Order == 0) {
            return FALSE;
        }
        Parent = *Slot;
        Slot = Order < 0 ? &Parent->LeftChild : &Parent->RightChild;
    }
    Node->Parent = Parent;
    Node->LeftChild = Node->RightChild = NULL;
    Node->Height = 1;
    *Slot = Node;
    Tree->Count++;
    RtlpRebalance(Tree, Parent);
    return TRUE;
}

VOID RtlpRemoveFromTree(PRTL_TREE Tree, PRTL_BALANCED_LINKS Node)
{
    PRTL_BALANCED_LINKS From = Node->Parent; /* the lowest node whose subtree has changed */

    if (Node->LeftChild == NULL || Node->RightChild == NULL) {
        RtlpReplaceChild(Tree, Node, Node->LeftChild != NULL ? Node->LeftChild : Node->RightChild);
    } else {
        PRTL_BALANCED_LINKS Next = RtlpNextInTree(Node); /* it has no left child */

        From = Next->Parent == Node ? Next : Next->Parent;
        RtlpReplaceChild(Tree, Next, Next->RightChild);
        RtlpReplaceChild(Tree, Node, Next);
        Next->LeftChild = Node->LeftChild;
        Next->LeftChild->Parent = Next;
        Next->RightChild = Node->RightChild; /* changed, if it was Next */
        if (Next->RightChild != NULL) {
            Next->RightChild->Parent = Next;
        }
    }
    Tree->Count--;
    RtlpRebalance(Tree, From);
}

PRTL_BALANCED_LINKS RtlpFirstInTree(const RTL_TREE *Tree)
{
    PRTL_BALANCED_LINKS Node = Tree->Root;

    while (Node != NULL && Node->LeftChild != NULL) {
        Node = Node->LeftChild;
    }
    return Node;
}

PRTL_BALANCED_LINKS RtlpNextInTree(const RTL_BALANCED_LINKS *Node)
{
    if (Node->RightChild != NULL) {
        RTL_TREE Right = {Node->RightChild, 0};

        return RtlpFirstInTree(&Right);
    }
    while (Node->Parent != NULL && Node->Parent->RightChild == Node) {
        Node = Node->Parent;
    }
    return Node->Parent;
}
