;;; on-disk.el --- What others do on the disk lights up the importers  -*- lexical-binding: t -*-

(require 'steps)

(steps-visit "shop/report.py")
(steps-expect-shown "shop/till.py" "3:6 unresolved-import")
(steps-ready)
(steps-expect-shown "shop/report.py")

(steps-rename "shop/pricing/taxes.py" "shop/pricing/duties.py")
(steps-expect-shown "shop/report.py" "2:6 unresolved-import")
(steps-expect-shown "shop/invoice.py" "1:29 unresolved-name" "2:26 unresolved-name")
(steps-rename "shop/pricing/duties.py" "shop/taxes.py")
(steps-expect-shown "shop/till.py")

;; A whole package goes and comes back.
(steps-rename "shop/pricing" "elsewhere")
(steps-expect-shown "shop/invoice.py" "1:29 unresolved-name" "2:6 unresolved-import")
(steps-rename "shop/taxes.py" "elsewhere/taxes.py")
(steps-rename "elsewhere" "shop/pricing")
(steps-expect-shown "shop/report.py")
(steps-expect-shown "shop/invoice.py" "1:29 unresolved-name")

(delete-file (steps-path "shop/cart.py"))
(steps-expect-shown "shop/till.py" "2:6 unresolved-import" "3:6 unresolved-import")

;;; on-disk.el ends here
