# SPDX-License-Identifier: MIT
"""tools/mica: starts Mica in QEMU and says how it ended."""
