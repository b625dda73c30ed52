/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PURGATORY_BIOS_DEVICES_H
#define PURGATORY_BIOS_DEVICES_H

/*
 * Gives the interrupt controllers and the timer back the state in which a BIOS left them,
 * for what enters real mode. Interrupts must be off, and stay so.
 */
void bios_devices_restore(void);

#endif
