/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A next kernel that is entered in protected mode without paging. What the registers hold
 * then, QEMU itself logs; this shows that segments and stack can be used.
 */
#define SERIAL	  0x3f8
#define EXIT_PORT 0xf4

/* No RAM and, as stage.S and the runner have it, in no page table: firmware. */
#define RESET_VECTOR 0xfffffff0

	.text
	.code32
	.globl	_start
_start:
	/* From the table again: Intel SDM vol. 2, LAR and LSL. */
	.macro	show name, value
	movl	$\name, %esi
	movl	\value, %edx
	call	print_value
	.endm
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
	movl	$name_end, %esi
	call	print_text
	movw	$EXIT_PORT, %dx
	xorl	%eax, %eax
	outl	%eax, %dx
	hlt

/* The NUL-terminated text at ESI. */
print_text:
	lodsb
	testb	%al, %al
	jz	1f
	call	print_character
	jmp	print_text
1:	ret

/* The text at ESI, EDX as 8 hexadecimal digits, a newline. */
print_value:
	call	print_text
	movl	$8, %edi
1:	roll	$4, %edx
	movl	%edx, %eax
	andl	$15, %eax
	movb	digits(%eax), %al
	call	print_character
	decl	%edi
	jnz	1b
	movb	$'\n', %al

/* AL to the serial port. */
print_character:
	pushl	%edx
	pushl	%eax
	movw	$SERIAL + 5, %dx
1:	inb	%dx, %al
	testb	$0x20, %al
	jz	1b
	popl	%eax
	movw	$SERIAL, %dx
	outb	%al, %dx
	popl	%edx
	ret

digits:	     .ascii "0123456789abcdef"
name_limit:  .asciz "next: limit="
name_rights: .asciz "next: rights="
name_probe:  .asciz "next: probe="
name_end:    .asciz "next: end\n"

	.section .note.GNU-stack, "", @progbits
