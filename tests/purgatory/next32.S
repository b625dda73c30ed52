/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A next kernel that is entered in protected mode without paging. QEMU itself logs the
 * registers at the entry. The code shows that segments and stack can be used.
 */
#define BITS 32
#include "serial.inc"

/* Firmware: not RAM, and not in the page tables of stage.S and the runner. */
#define RESET_VECTOR 0xfffffff0

	.text
	.code32
	.globl	_start
_start:
	/* Read from the table again: Intel SDM vol. 2, LAR and LSL. */
	movl	$0x10, %ecx
	lsll	%ecx, %ebx
	show	name_limit, %ebx
	larl	%ecx, %ebx
	show	name_rights, %ebx
	movl	$0x18, %ecx
	movl	%ecx, %fs
	movl	%ecx, %ss
	lsll	%ecx, %ebx
	show	name_limit, %ebx
	larl	%ecx, %ebx
	show	name_rights, %ebx
	ljmp	$0x10, $1f
1:	show	name_probe, %fs:RESET_VECTOR
	jmp	finish

name_limit:  .asciz "next: limit="
name_rights: .asciz "next: rights="
name_probe:  .asciz "next: probe="

	.section .note.GNU-stack, "", @progbits
