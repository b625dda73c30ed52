/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A next kernel that is entered in real mode and calls the BIOS. QEMU itself logs the
 * registers at the entry. Its data is addressed through CS, and it uses the stack it was
 * given.
 */
#define BITS 16
#include "serial.inc"

#define FIRST_MASK  0x21 /* interrupt controllers */
#define SECOND_MASK 0xa1

#define TIMER_COUNT   0x40
#define TIMER_CONTROL 0x43

/* The BIOS' count of timer interrupts: BIOS data area, 40:6c. */
#define BIOS_TICKS 0x46c
#define TICKS	   3

#define SMAP	   0x534d4150 /* ACPI specification, 15.1 */
#define E820_ENTRY 0x100      /* where in DS an entry of 20 bytes goes */
#define E820_BYTES 20

	.text
	.code16
	.globl	_start
_start:
	int	$0x12
	movzwl	%ax, %eax
	show	name_int12, %eax
	movb	$0x0f, %ah
	int	$0x10
	movzwl	%ax, %eax
	show	name_int10, %eax

	xorl	%ebx, %ebx
next_entry:
	movl	$0xe820, %eax
	movl	$SMAP, %edx
	movl	$E820_BYTES, %ecx
	movw	$E820_ENTRY, %di
	int	$0x15
	jc	no_entry
	show	name_start_high, E820_ENTRY + 4
	show	name_start, E820_ENTRY
	show	name_size, E820_ENTRY + 8
	show	name_type, E820_ENTRY + 16
	testl	%ebx, %ebx
	jnz	next_entry
no_entry:
	xorl	%eax, %eax
	inb	$FIRST_MASK, %al
	show	name_mask, %eax
	xorl	%eax, %eax
	inb	$SECOND_MASK, %al
	show	name_mask, %eax

	/*
	 * Wait for clock interrupts, which need the right vector and the BIOS's handler.
	 * Wait for several, because a stopped timer may still have one to deliver.
	 */
	xorw	%ax, %ax
	movw	%ax, %fs
	movl	%fs:BIOS_TICKS, %ebx
	addl	$TICKS, %ebx
	sti
1:	hlt
	cmpl	%ebx, %fs:BIOS_TICKS
	jb	1b
	cli
	/* The clock must also have the right rate: its counter has 16 bits. */
2:	xorb	%al, %al
	outb	%al, $TIMER_CONTROL
	inb	$TIMER_COUNT, %al
	inb	$TIMER_COUNT, %al
	testb	$0x80, %al
	jz	2b

	jmp	finish

name_int12:	 .asciz "next: int12="
name_int10:	 .asciz "next: int10="
name_start_high: .asciz "next: start_high="
name_start:	 .asciz "next: start="
name_size:	 .asciz "next: size="
name_type:	 .asciz "next: type="
name_mask:	 .asciz "next: mask="

	.section .note.GNU-stack, "", @progbits
