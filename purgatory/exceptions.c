// SPDX-License-Identifier: GPL-2.0-only
#include "exceptions.h"

#include <stdbool.h>

#include "console.h"
#include "cpu.h"
#include "purgatory_params.h"
#include "reset.h"
#include "wait.h"

/* The CPU's own vectors. No other can arrive while interrupts are off. */
#define VECTORS	      32u
#define VECTOR_NMI    2u
#define STUB_BYTES    16u

#define CODE_SELECTOR 0x10

/* Intel SDM vol. 3, 6.14.1: 64-bit interrupt gate, present, privilege level 0. */
#define GATE_TYPE 0x8e00

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint16_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};

/* In entry.S. Hidden, because otherwise clang uses a global offset table. */
extern const struct purgatory_params params __attribute__((visibility("hidden")));
extern const char exception_stubs[] __attribute__((visibility("hidden")));
extern const char exception_nmi[] __attribute__((visibility("hidden")));

/* Global, because the CPU reads the table as long as purgatory runs. */
static struct gate gates[VECTORS] __attribute__((aligned(16)));
static bool reporting;
static struct console *report_console;

static void set_gate(struct gate *gate, const char *target)
{
	uint64_t address = (uintptr_t)target;

	gate->offset_low = address & 0xffff;
	gate->selector = CODE_SELECTOR;
	gate->type = GATE_TYPE;
	gate->offset_middle = address >> 16 & 0xffff;
	gate->offset_high = address >> 32;
	gate->reserved = 0;
}

void exceptions_install(void)
{
	for (unsigned int vector = 0; vector < VECTORS; vector++)
		set_gate(&gates[vector], vector == VECTOR_NMI
						 ? exception_nmi
						 : exception_stubs + vector * STUB_BYTES);
	load_idt(gates, sizeof(gates));
}

void exceptions_report_on(struct console *console)
{
	report_console = console;
}

static void print_report(struct console *console, uint64_t vector, uint64_t error_code,
			 uint64_t rip, uint64_t address)
{
	console_text(console, "\npurgatory: exception ");
	console_decimal(console, vector);
	console_text(console, ", error code ");
	console_hex(console, error_code);
	console_text(console, ", RIP ");
	console_hex(console, rip);
	console_text(console, ", CR2 ");
	console_hex(console, address);
	console_resetting(console, &params.wait);
}

/*
 * First on the devices that need no memory, because the next kernel may have loaded page
 * tables without the framebuffer.
 */
static void report(const struct console *on, uint64_t vector, uint64_t error_code,
		   uint64_t rip, uint64_t address)
{
	struct console console = *on;

	console.flags &= ~CONSOLE_FRAMEBUFFER;
	print_report(&console, vector, error_code, rip, address);
	console.flags = on->flags & CONSOLE_FRAMEBUFFER;
	print_report(&console, vector, error_code, rip, address);
}

void exception_report(uint64_t vector, uint64_t error_code, uint64_t rip)
{
	uint64_t address = read_cr2();
	struct console early;

	/*
	 * The console itself can be the cause: in an SEV-ES or TDX guest a port access
	 * raises an exception, which purgatory cannot handle.
	 */
	if (reporting)
		reset_by_triple_fault();
	reporting = true;

	if (!report_console) {
		console_reopen(&early, &params.console);
		report_console = &early;
	}
	report(report_console, vector, error_code, rip, address);
	wait_for_reader(&params.wait);
	reset_machine();
}
