/* SPDX-License-Identifier: MIT */
/* The types of the executive's services that both rings use: events, waits, timers, threads. */
#pragma once

#include "exception.h"

typedef CHAR KPROCESSOR_MODE;
enum { KernelMode, UserMode };

typedef enum _EVENT_TYPE { NotificationEvent, SynchronizationEvent } EVENT_TYPE;
typedef enum _TIMER_TYPE { NotificationTimer, SynchronizationTimer } TIMER_TYPE;
typedef enum _WAIT_TYPE { WaitAll, WaitAny } WAIT_TYPE;

#define MAXIMUM_WAIT_OBJECTS 64
#define MAXIMUM_SUSPEND_COUNT 0x7F
#define MAXIMUM_PRIORITY 32UL
#define LOW_REALTIME_PRIORITY 16
