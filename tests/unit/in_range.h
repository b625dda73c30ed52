/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * assert_uint_in_range(value, minimum, maximum), both included. cmocka 2 has it. The name
 * in cmocka 1 is assert_in_range, for which cmocka 2 warns.
 */
#ifndef TESTS_UNIT_IN_RANGE_H
#define TESTS_UNIT_IN_RANGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifndef assert_uint_in_range
#define assert_uint_in_range assert_in_range
#endif

#endif
