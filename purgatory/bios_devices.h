/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PURGATORY_BIOS_DEVICES_H
#define PURGATORY_BIOS_DEVICES_H

/*
 * Puts interrupt controllers and timer back into the state in which a BIOS leaves them,
 * for kernels that are entered in real mode. Interrupts must be off, and stay off.
 */
void bios_devices_restore(void);

#endif
