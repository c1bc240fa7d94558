"""jit.commons.utils.logger: the platform's `log`."""

import logging

log = logging.getLogger("element.types")
