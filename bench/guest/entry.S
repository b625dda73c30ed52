/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The "next kernel" of boot.py: its 64-bit entry point (boot.rst, "64-bit boot
 * protocol"), which reports on the second serial port the time of the TSC when it was
 * reached. The port is set up already; the stack is not used.
 */
#define DATA	0x2f8
#define STATUS	0x2fd
#define EMPTY	0x20	/* the transmitter is empty */

	.code64
	.text
	rdtsc
	shl	$32, %rdx
	or	%rax, %rdx
	lea	name(%rip), %rsi
	mov	$end - name, %ecx
1:	lodsb
	mov	%al, %bl
	lea	2f(%rip), %rdi
	jmp	send
2:	dec	%ecx
	jnz	1b
	mov	$16, %ecx
3:	rol	$4, %rdx
	mov	%edx, %ebx
	and	$15, %ebx
	lea	digits(%rip), %rsi
	mov	(%rsi,%rbx), %bl
	lea	4f(%rip), %rdi
	jmp	send
4:	dec	%ecx
	jnz	3b
	mov	$'\n', %bl
	lea	5f(%rip), %rdi
	jmp	send
5:	hlt
	jmp	5b

/* Sends bl and continues at rdi. */
send:
	mov	%rdx, %rbp
	mov	$STATUS, %dx
6:	in	%dx, %al
	test	$EMPTY, %al
	jz	6b
	mov	$DATA, %dx
	mov	%bl, %al
	out	%al, %dx
	mov	%rbp, %rdx
	jmp	*%rdi

/* Begin a new line, because the first kernel may have left an unfinished one. */
name:	.ascii	"\nentered="
end:
digits:	.ascii	"0123456789abcdef"
