# SPDX-License-Identifier: GPL-2.0-only
"""The cases on whole systems. Each is a function of a Visit; CASES has a row for each."""

from dataclasses import dataclass

from disks import ROOT_UUID
from systems import BOOKWORM, SID, System
from visit import STARTED, readme_loads, words


def reboots(visit):
    """README.md, "A fast reboot: what to type", several times in a row: the boot loader's
    default entry, and a load of files, by turns."""
    by_entry, by_files = readme_loads()
    loads = by_entry, visit.case.load or by_files
    visit.cold_boot()
    visit.says("kexec --check", "No problem found")
    for number in range(1, visit.kexecs + 1):
        visit.kexec(loads[(number - 1) % 2])
        visit.nothing_lost(f"kexec {number}")
        visit.same_command_line(f"kexec {number}")
    visit.says("kexec --check", "No problem found")


def reboots_with_kexec_tools(visit):
    """The control: the same reboot by Debian's kexec-tools loses something, which
    kexec-efi's --check=after reports."""
    visit.cold_boot(install=False)
    visit.says("kexec --version", "kexec-tools")
    visit.kexec(readme_loads()[1], silent=False)
    visit.install()
    visit.says("kexec --check=after", "(?s)Problems:.*memory attributes", status=1)


DUMP = "$(ls -d /var/crash/[0-9]*/)"


def dumps(visit):
    """kdump-tools saves the dump of a crash, and the next boot is normal."""
    dialogue = visit.dialogue
    visit.cold_boot()
    visit.needs("systemctl is-enabled kdump-tools && systemctl restart kdump-tools")
    visit.says("kdump-config status", "ready to kdump")
    visit.says("cat /sys/kernel/kexec_crash_loaded", "^1$")
    visit.says("kdump-config show", "/sbin/kexec -p")
    reason = dialogue.stops("sync; echo c >/proc/sysrq-trigger")
    visit.expect(reason == "guest-reset", f"after the crash the machine did: {reason}")
    dialogue.boot()
    visit.system_is_up()
    visit.says("kdump-config status", "ready to kdump")
    visit.says("systemctl list-units --plain --no-legend --failed", "^$")
    visit.says(f"ls {DUMP}", r"(?m)^dump\.\d+$")
    # kdump-tools writes makedumpfile's flattened format.
    visit.says(f"makedumpfile -R /tmp/dump <{DUMP}/dump.* && "
               "makedumpfile --dump-dmesg /tmp/dump /tmp/log && cat /tmp/log",
               "sysrq: Trigger a crash")
    visit.says(f"cat {DUMP}/dmesg.*", "Kernel panic - not syncing: sysrq triggered crash")
    visit.says("kexec --check -p", "No problem found")


def secure_boot(visit):
    """shim, Debian's signed kernel and Secure Boot: kexec_load is forbidden."""
    load, _ = readme_loads()
    visit.cold_boot()
    visit.says("mokutil --sb-state", "SecureBoot enabled")
    visit.says("cat /sys/kernel/security/lockdown", r"\[integrity\]")
    visit.says("kexec --check", r"kexec_load *no.*lockdown")
    visit.needs(load)
    visit.says("cat /sys/kernel/kexec_loaded", "^1$")
    # kexec-efi does not try what lockdown forbids, so that the kernel has nothing to say.
    visit.says("! dmesg | grep -e 'impossible to appraise' -e 'Lockdown: kexec'")
    visit.needs("kexec -u")
    visit.says(load + " --efi-map-config=required", "nothing is loaded", status=1)
    visit.says("cat /sys/kernel/kexec_loaded", "^0$")
    visit.says(load + " --efi-map-config", "kexec_file_load")
    # The control: nothing is loaded by the call that lockdown forbids.
    visit.needs("kexec -u")
    visit.says(load + " -c", "lockdown", status=255)
    visit.says("cat /sys/kernel/kexec_loaded", "^0$")
    # A kernel whose signature is wrong.
    visit.needs("cp /vmlinuz /root/changed && printf x | dd of=/root/changed bs=1 "
                "seek=$(($(stat -L -c %s /vmlinuz) / 2)) conv=notrunc")
    visit.says("kexec -l /root/changed --initrd=/initrd.img --reuse-cmdline",
               "Key was rejected", status=255)
    visit.needs(load)
    visit.kexec()
    visit.says("cat /sys/kernel/security/lockdown", r"\[integrity\]")
    visit.says("kexec --check=after", "")
    visit.kernel_log("after the kexec")


def load_service(visit):
    """kexec-load.service loads GRUB's default entry at each start."""
    visit.cold_boot()
    visit.needs("systemctl enable kexec-load")
    # The control: the package's configuration loads nothing.
    visit.needs("systemctl start kexec-load")
    visit.says("cat /sys/kernel/kexec_loaded", "^0$")
    visit.needs("sed -i 's/^LOAD_KEXEC=.*/LOAD_KEXEC=true/' /etc/default/kexec && "
                "systemctl restart kexec-load")
    for number in (1, 2):
        visit.says("cat /sys/kernel/kexec_loaded", "^1$")
        visit.kexec()
        visit.nothing_lost(f"kexec {number}")
        visit.same_command_line(f"kexec {number}")
        visit.says("systemctl is-active kexec-load", "^active$")


def selftest(visit):
    """kexec-selftest: two kexecs in a row, and a kexec that loses something."""
    visit.cold_boot()
    visit.dialogue.leave("kexec-selftest --rounds=2 run")
    # The unit starts the second round by itself.
    visit.dialogue.leave("true")
    visit.system_is_up()
    text = visit.says("kexec-selftest wait", "(?m)^1\\.\\.26$")
    visit.expect("not ok" not in text and "ok 26 - round 2" in text, text)
    visit.needs("cat /var/lib/kexec-selftest/*/efi_tables")
    visit.says("kexec-selftest result", "round 2: between the kernels: [0-9]")
    visit.says("kexec-selftest --format=junit result", ' failures="0" ')
    visit.says("! systemctl is-enabled kexec-selftest.service")
    # The control: a kernel without EFI. kexec_file_load would ignore --noefi.
    visit.dialogue.leave("kexec-selftest run -- -c --boot-entry --noefi")
    visit.system_is_up()
    text = visit.says("kexec-selftest wait", "not ok [0-9]+ - round 1: the EFI tables",
                      status=1)
    visit.expect("not ok 9 - round 1: the EFI variables" in text, text)
    visit.says("systemctl is-failed kexec-selftest.service", "failed")


# In the command line of the entry that the one-shot cases choose.
SECOND = r"(?m)(^| )entry=second( |$)"


def one_shot(visit, choose, said):
    """An entry for one boot is loaded, and stays for the boot loader, which has not run:
    the next boot by the firmware starts it with the same command line, the one after that
    the default entry. choose: the command. said: what -d has to say."""
    load, _ = readme_loads()
    visit.needs(choose)
    visit.says(f"{load} -d 2>&1", said)
    visit.kexec(load)
    visit.says("cat /proc/cmdline", SECOND)
    visit.nothing_lost("the entry for one boot")
    line = visit.needs("cat /proc/cmdline")
    visit.dialogue.stops("systemctl reboot")
    visit.dialogue.boot()
    visit.system_is_up()
    visit.cold_line = visit.needs("cat /proc/cmdline")
    visit.expect(words(line) == words(visit.cold_line),
                 f"{line!r} after kexec, {visit.cold_line!r} by the boot loader")
    # The boot loader has run and has forgotten the choice. So has kexec.
    visit.kexec(load)
    visit.says("! grep -w entry=second /proc/cmdline")


GRUB_ENTRY = r"""cat >>/etc/grub.d/40_custom <<END
submenu 'More' --id more {
	menuentry 'Second' --id second {
		search --no-floppy --fs-uuid --set=root ROOT_UUID
		linux /vmlinuz root=UUID=ROOT_UUID ro console=ttyS0,115200 no_timer_check entry=second
		initrd /initrd.img
	}
}
END
update-grub
""".replace("ROOT_UUID", ROOT_UUID)


def one_shot_by_grub(visit):
    visit.cold_boot()
    visit.needs(GRUB_ENTRY)
    one_shot(visit, "grub-reboot 'more>second'", "next_entry.* is for one boot")
    visit.says("grub-editenv list", "^next_entry=$")


def one_shot_by_systemd_boot(visit):
    visit.cold_boot()
    visit.says("kexec --list-entries", "second.conf")
    one_shot(visit, "bootctl set-oneshot second.conf", "LoaderEntryOneShot is for one boot")


MARK = "loaded-by-kexec-efi"


def systemctl_alone(visit):
    """systemd of sid makes the system calls itself, unless an image is loaded."""
    visit.cold_boot()
    visit.kexec()
    visit.says("cat /proc/cmdline", "^root=")
    visit.says(f"! grep {MARK} /proc/cmdline")
    visit.says("kexec --check=after", STARTED)
    visit.kexec(f"{visit.case.load} --reuse-cmdline --append={MARK}")
    visit.says("cat /proc/cmdline", MARK)
    visit.nothing_lost("with a loaded image")


@dataclass(frozen=True)
class Case:
    name: str
    about: str
    system: System
    script: object
    firmware: str = "ovmf"
    # The command that loads the next kernel, if not README.md's.
    load: str = ""
    # The limit of each step.
    seconds: int = 600


UKI = "kexec -l /efi/EFI/Linux/debian.efi"

CASES = (
    Case("bookworm-reboot", "README.md's reboot, five in a row", BOOKWORM, reboots),
    Case("bookworm-reboot-kexec-tools", "the control: the same by kexec-tools", BOOKWORM,
         reboots_with_kexec_tools),
    Case("bookworm-kdump", "kdump-tools saves the dump of a crash", BOOKWORM, dumps),
    Case("bookworm-secure-boot", "shim, a signed kernel, lockdown", BOOKWORM, secure_boot,
         firmware="ovmf-secure", seconds=900),
    Case("bookworm-kexec-load", "kexec-load.service", BOOKWORM, load_service),
    Case("bookworm-selftest", "kexec-selftest, with and without a loss", BOOKWORM, selftest),
    Case("bookworm-one-shot", "grub-reboot's entry: loaded, and left for GRUB", BOOKWORM,
         one_shot_by_grub),
    Case("sid-uki-reboot", "a Unified Kernel Image, five in a row", SID, reboots, load=UKI),
    Case("sid-systemctl-kexec", "systemd's own loading, and a loaded image", SID,
         systemctl_alone, load=UKI),
    Case("sid-one-shot", "bootctl's entry: loaded, and left for systemd-boot", SID,
         one_shot_by_systemd_boot),
)
