/* SPDX-License-Identifier: GPL-2.0-only */
/* Entry of report.c, which finds in its arguments what it was started with. */
	.section .note.GNU-stack, "", @progbits
	.text
	.globl	_start
_start:
#ifdef __x86_64__
	/* ELF boot notes: the argument of a C function. */
	movq	%rdi, %rsi
	xorl	%edi, %edi
	leaq	stack_end(%rip), %rsp
	call	report
#else
#ifdef NOTES
	movl	4(%esp), %ebx
	xorl	%eax, %eax
#endif
	movl	%esp, %ecx
	/* It may have been moved, so nothing is addressed but relative to here. */
	call	1f
1:	popl	%edx
	leal	stack_end - 1b(%edx), %esp
	pushl	%ebx
	pushl	%eax
	call	report
#endif
	.bss
	.balign	16
	.skip	8192
stack_end:
