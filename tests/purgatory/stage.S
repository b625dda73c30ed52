/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two kernels around purgatory, as small as they can be: "first" enters long mode
 * with page tables that the runner made and jumps to purgatory the way a kernel does;
 * "next" prints on the first serial port what it finds at its entry.
 *
 * The runner puts struct parameters at PARAMETERS; both kernels read it.
 */
#define LOAD_ADDRESS 0x100000
#define PARAMETERS   0x10f000

#define PARAMETER_CR3	  (PARAMETERS + 0)
#define PARAMETER_CR4	  (PARAMETERS + 8)
#define PARAMETER_ENTRY	  (PARAMETERS + 16)
#define PARAMETER_ACTIONS (PARAMETERS + 24)
#define PARAMETER_RETURN  (PARAMETERS + 32) /* word that the kernel leaves on its stack */
#define PARAMETER_PROBES  (PARAMETERS + 40) /* addresses to read, 0 ends the list */

/* The BIOS clears low memory, so its contents are copied from further up. */
#define LOW_START 0x10000
#define LOW_BYTES 0x70000
#define LOW_COPY  0x7000000 /* of [0, 1 MiB) */

#define ACTION_NMI 1 /* raise vector 2; the code must come back from it */
#define ACTION_VGA 2 /* print the last four rows of the text screen */

#define MSR_EFER     0xc0000080
#define EFER_LME_NXE 0x900
#define CR0_PG_NE_MP 0x80000022 /* the flags that a kernel leaves set */
#define CR0_TS	     0x00000008
#define CR4_OSFXSR   0x00000200

/* The low word of each XMM register; the register's number is added. */
#define XMM_PATTERN 0x5a5a0000

/* Selectors that differ from those of the next kernel, so that a missing load shows. */
#define FIRST_CS 0x28
#define FIRST_DS 0x30

/* The vectors to which Linux moves the interrupts of the 8259A. */
#define FIRST_VECTOR  0x30
#define SECOND_VECTOR 0x38

#define VGA_TEXT   0xb8000
#define VGA_ROWS   25
#define VGA_COLS   80
#define ROWS_SHOWN 4

#define BITS 64 /* of next */
#include "serial.inc"

/* Multiboot specification 0.6.96, 3.1: header with addresses, flag 16. */
#define MULTIBOOT_MAGIC 0x1badb002
#define MULTIBOOT_FLAGS 0x10000

	.text
	.code32
	.globl	_start
	.balign	4
multiboot:
	.long	MULTIBOOT_MAGIC, MULTIBOOT_FLAGS, -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)
	.long	multiboot, LOAD_ADDRESS, 0, 0, _start

_start:
	cli
	/*
	 * Interrupt controllers and timer as Linux leaves them: moved, masked, stopped.
	 */
	.macro	write port, value
	movb	$\value, %al
	outb	%al, $\port
	.endm
	write	0x20, 0x11
	write	0x21, FIRST_VECTOR
	write	0x21, 4
	write	0x21, 1
	write	0x21, 0xff
	write	0xa0, 0x11
	write	0xa1, SECOND_VECTOR
	write	0xa1, 2
	write	0xa1, 1
	write	0xa1, 0xff
	write	0x43, 0x30
	write	0x40, 4
	write	0x40, 0
	movl	$LOW_COPY + LOW_START, %esi
	movl	$LOW_START, %edi
	movl	$LOW_BYTES / 4, %ecx
	cld
	rep movsl
	lgdt	first_gdtr
	movl	PARAMETER_CR4, %eax
	movl	%eax, %cr4
	movl	PARAMETER_CR3, %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	movl	$EFER_LME_NXE, %eax
	xorl	%edx, %edx
	wrmsr
	movl	%cr0, %eax
	orl	$CR0_PG_NE_MP, %eax
	movl	%eax, %cr0
	ljmp	$FIRST_CS, $first_long_mode

	.code64
first_long_mode:
	movl	$FIRST_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	$first_stack_end, %esp
	pushq	PARAMETER_RETURN
	pushq	PARAMETER_ENTRY
	call	fill_xmm
	xorl	%eax, %eax
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	/* More bits than a kernel leaves set, to see which of them purgatory clears. */
	std
	movl	$0x12345678, %ebx
	movq	%rbx, %r15
	ret

/* From here on XMM registers cannot be used, as after a kernel has ended. */
fill_xmm:
	movq	%cr4, %rcx
	leaq	CR4_OSFXSR(%rcx), %rax
	movq	%rax, %cr4
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movl	$XMM_PATTERN + \n, %eax
	movd	%eax, %xmm\n
	pshufd	$0, %xmm\n, %xmm\n
	.endr
	movq	%rcx, %cr4
	movq	%cr0, %rax
	orl	$CR0_TS, %eax
	movq	%rax, %cr0
	ret

	.balign	16
first_gdt:
	.quad	0, 0, 0, 0, 0
	.quad	0x00af9b000000ffff
	.quad	0x00cf93000000ffff
first_gdtr:
	.word	first_gdtr - first_gdt - 1
	.long	first_gdt

/* The entry of the next kernel; the runner reads the address behind this word. */
	.balign	16
	.globl	next
next:
	movq	%rsp, found_rsp
	movq	%rsi, found_rsi
	movl	$next_stack_end, %esp
	pushfq
	popq	found_rflags
	orq	%rbx, %rax
	orq	%rcx, %rax
	orq	%rdx, %rax
	orq	%rdi, %rax
	orq	%rbp, %rax
	orq	%r8, %rax
	orq	%r9, %rax
	orq	%r10, %rax
	orq	%r11, %rax
	orq	%r12, %rax
	orq	%r13, %rax
	orq	%r14, %rax
	orq	%r15, %rax
	movq	%rax, found_others
	cld

	show	name_rsi, found_rsi
	show	name_rsp, found_rsp
	show	name_others, found_others
	show	name_rflags, found_rflags
	movl	%cs, %ebx
	show	name_cs, %rbx
	movl	%ds, %ebx
	show	name_ds, %rbx
	movl	%es, %ebx
	show	name_es, %rbx
	movl	%ss, %ebx
	show	name_ss, %rbx
	movq	%cr0, %rbx
	show	name_cr0, %rbx
	movq	%cr3, %rbx
	show	name_cr3, %rbx
	movq	%cr4, %rbx
	show	name_cr4, %rbx
	call	compare_xmm
	show	name_xmm, %rbx

	testl	$ACTION_NMI, PARAMETER_ACTIONS
	jz	no_nmi
	int	$2
	movl	$1, %ebx
	show	name_nmi, %rbx
no_nmi:
	testl	$ACTION_VGA, PARAMETER_ACTIONS
	jz	no_vga
	call	print_vga
no_vga:
	/* Load a segment again to prove that the GDT is usable, too. */
	movl	%ss, %eax
	movl	%eax, %ds
	movl	$PARAMETER_PROBES, %ebx
next_probe:
	movq	(%rbx), %rax
	testq	%rax, %rax
	jz	finish
	show	name_probe, (%rax)
	addq	$8, %rbx
	jmp	next_probe
/* RBX: the number of registers that differ from the values of fill_xmm. */
compare_xmm:
	movq	%cr0, %rax
	andl	$~CR0_TS, %eax
	movq	%rax, %cr0
	movq	%cr4, %rax
	orl	$CR4_OSFXSR, %eax
	movq	%rax, %cr4
	xorl	%ebx, %ebx
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	%xmm\n, found_xmm
	movl	$XMM_PATTERN + \n, %eax
	movl	$found_xmm, %edi
	movl	$4, %ecx
	repe scasl
	setne	%al
	movzbl	%al, %eax
	addl	%eax, %ebx
	.endr
	ret

print_vga:
	movl	$VGA_TEXT + (VGA_ROWS - ROWS_SHOWN) * VGA_COLS * 2, %ebx
	movl	$ROWS_SHOWN, %ecx
1:	movl	$name_vga, %esi
	call	print_text
	movl	$VGA_COLS, %edx
2:	movb	(%rbx), %al
	call	print_character
	addq	$2, %rbx
	decl	%edx
	jnz	2b
	movb	$'\n', %al
	call	print_character
	decl	%ecx
	jnz	1b
	ret

name_rsi:    .asciz "next: rsi="
name_rsp:    .asciz "next: rsp="
name_others: .asciz "next: others="
name_rflags: .asciz "next: rflags="
name_cs:     .asciz "next: cs="
name_ds:     .asciz "next: ds="
name_es:     .asciz "next: es="
name_ss:     .asciz "next: ss="
name_cr0:    .asciz "next: cr0="
name_cr3:    .asciz "next: cr3="
name_cr4:    .asciz "next: cr4="
name_xmm:    .asciz "next: xmm="
name_nmi:    .asciz "next: nmi="
name_vga:    .asciz "next: vga="
name_probe:  .asciz "next: probe="

	.balign	16
found_xmm:    .quad 0, 0
found_rsi:    .quad 0
found_rsp:    .quad 0
found_others: .quad 0
found_rflags: .quad 0
	.zero	1024
first_stack_end:
	.zero	1024
next_stack_end:

	.section .note.GNU-stack, "", @progbits
